package dev.penstock.proxy.stage;

import dev.penstock.model.ByteSize;
import java.util.function.Consumer;

/**
 * Refuses a declared body that is too large before a byte of it is read (nginx's {@code
 * client_max_body_size}). What is not declared is counted while it is forwarded.
 */
public final class BodySizeStage implements Stage {

  private final ByteSize max;
  private final StageResult tooLarge;

  public BodySizeStage(ByteSize max) {
    this.max = max;
    this.tooLarge =
        new StageResult.Respond(
            413, Reason.BODY_TOO_LARGE, "the request body is larger than " + max);
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    return !max.unlimited() && request.head().bodyLength() > max.bytes()
        ? tooLarge
        : StageResult.CONTINUE;
  }
}
