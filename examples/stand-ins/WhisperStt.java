import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** Transcription: reads the whole upload without keeping it and tells how long it was. */
final class WhisperStt implements StandIn {
  @Override
  public String name() {
    return "whisper-stt";
  }

  @Override
  public int port() {
    return 9011;
  }

  @Override
  public String about() {
    return "/v1/audio/transcriptions counts the upload";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    switch (exchange.request().route()) {
      case "POST /v1/audio/transcriptions", "POST /v1/audio/translations" -> transcribe(exchange);
      case "GET /v1/models" -> exchange.json(200, OpenAiApi.models(List.of("whisper-1")));
      default -> {}
    }
  }

  private static void transcribe(Exchange exchange) throws IOException {
    var body = exchange.request().body();
    body.transferTo(OutputStream.nullOutputStream());
    if (!exchange.request().headerHas("Content-Type", "multipart/form-data")) {
      var message = "send multipart/form-data with a file";
      exchange.json(400, OpenAiApi.error("invalid_request_error", message));
      return;
    }
    var text = "stand-in transcript of an upload of " + body.count() + " bytes";
    exchange.json(200, Map.of("text", text));
  }
}
