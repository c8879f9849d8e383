import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Conversion: tells the size, type and digest of what it was sent, so that a loss would show. */
final class AudioConv implements StandIn {
  @Override
  public String name() {
    return "audio-conv";
  }

  @Override
  public int port() {
    return 9012;
  }

  @Override
  public String about() {
    return "/convert tells size and SHA-256 of a body";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    var request = exchange.request();
    switch (request.route()) {
      case "POST /convert", "PUT /convert", "POST /" -> {
        var digest = Echo.digest(request);
        exchange.json(
            200,
            new TreeMap<>(
                Map.of(
                    "standIn", name(),
                    "bytes", request.body().count(),
                    "sha256", digest,
                    "contentType", request.header("Content-Type"))));
      }
      default -> {}
    }
  }
}
