package dev.penstock.proxy.stage;

import java.util.function.Consumer;

/** One question to a request, made once a route and asked on the request's event loop. */
public interface Stage {

  /**
   * Decides on the request.
   *
   * @param later takes the decision, once and on the request's event loop, when the stage answers
   *     {@link StageResult.Pending}; not touched otherwise
   */
  StageResult apply(RequestContext request, Consumer<StageResult> later);
}
