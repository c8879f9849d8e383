package dev.penstock.proxy.stage;

import java.util.function.Consumer;

/**
 * Answers for a route whose backend is missing: 503, so that no shorter prefix takes its requests.
 */
public final class MissingBackendStage implements Stage {

  private static final StageResult MISSING =
      new StageResult.Respond(
          503, Reason.BACKEND_MISSING, "there is no backend for this path at the moment");

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    return MISSING;
  }
}
