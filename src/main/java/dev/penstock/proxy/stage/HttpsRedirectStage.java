package dev.penstock.proxy.stage;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** Sends a client that came in plain text to https, method and body included (308). */
public final class HttpsRedirectStage implements Stage {

  private static final int HTTPS = 443;

  private final IntSupplier port;

  /**
   * @param port where clients reach https: 443 behind a Service, else the listener's own
   */
  public HttpsRedirectStage(IntSupplier port) {
    this.port = port;
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    if (request.client().secure()) {
      return StageResult.CONTINUE;
    }
    if (request.host().isEmpty()) {
      return new StageResult.Respond(
          400,
          Reason.BAD_REQUEST,
          "only https is served here, and there is no Host to send you to");
    }
    int to = port.getAsInt();
    String location =
        "https://"
            + request.host()
            + (to == HTTPS ? "" : ":" + to)
            + request.path()
            + request.query();
    return new StageResult.Respond(
        308,
        Reason.HTTPS_REDIRECT,
        "only https is served here",
        List.of(Map.entry("Location", location)));
  }
}
