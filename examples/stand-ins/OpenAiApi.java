import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OpenAI's API as Ollama serves it under {@code /v1}: models, completions, embeddings. */
final class OpenAiApi {
  private final Tokens tokens;

  OpenAiApi(Tokens tokens) {
    this.tokens = tokens;
  }

  static Map<String, Object> models(List<String> names) {
    var data =
        names.stream()
            .map(n -> Map.of("id", n, "object", "model", "created", 0, "owned_by", "stand-in"))
            .toList();
    return Map.of("object", "list", "data", data);
  }

  static Map<String, Object> error(String type, String message) {
    return Map.of("error", Map.of("type", type, "message", message));
  }

  void handle(Exchange exchange) throws IOException {
    switch (exchange.request().route()) {
      case "GET /v1/models" -> exchange.json(200, models(List.of(OllamaLlm.MODEL)));
      case "POST /v1/chat/completions" -> complete(exchange, true);
      case "POST /v1/completions" -> complete(exchange, false);
      case "POST /v1/embeddings" -> embed(exchange);
      default -> {}
    }
  }

  private void complete(Exchange exchange, boolean chat) throws IOException {
    var asked = exchange.request().json();
    int limit = asked.number("max_completion_tokens", asked.number("max_tokens", 0));
    var answer = tokens.answer(limit);
    var model = asked.text("model", OllamaLlm.MODEL);
    if (asked.flag("stream", false)) {
      boolean usage = asked.object("stream_options").flag("include_usage", false);
      stream(exchange, new Completion(model, chat), answer, usage);
      return;
    }
    exchange.pause(tokens.pace().multipliedBy(answer.size()));
    exchange.json(200, new Completion(model, chat).whole(answer));
  }

  /** Server-sent events, one token an event, as the gateway must flush them one by one. */
  private void stream(Exchange exchange, Completion completion, List<String> answer, boolean usage)
      throws IOException {
    exchange.header("Cache-Control", "no-cache").begin(200, "text/event-stream");
    for (var token : answer) {
      exchange.pause(tokens.pace());
      exchange.write(event(completion.piece(token, null)));
    }
    exchange.write(event(completion.piece("", "stop")));
    if (usage) {
      exchange.write(event(completion.usage(answer.size())));
    }
    exchange.write("data: [DONE]\n\n");
  }

  private static String event(Map<String, Object> data) {
    return "data: " + Json.write(data) + "\n\n";
  }

  private static void embed(Exchange exchange) throws IOException {
    var asked = exchange.request().json();
    boolean base64 = asked.text("encoding_format", "float").equals("base64");
    var data = new ArrayList<Object>();
    for (var text : asked.list("input")) {
      var vector = Tokens.embedding((String) text);
      data.add(
          Map.of(
              "object",
              "embedding",
              "index",
              data.size(),
              "embedding",
              base64 ? floats(vector) : vector));
    }
    exchange.json(
        200,
        Map.of(
            "object",
            "list",
            "data",
            data,
            "model",
            asked.text("model", OllamaLlm.MODEL),
            "usage",
            Map.of("prompt_tokens", data.size(), "total_tokens", data.size())));
  }

  /** The form that the Python client asks for: little-endian 32-bit floats in base64. */
  private static String floats(List<Object> vector) {
    var bytes = ByteBuffer.allocate(4 * vector.size()).order(ByteOrder.LITTLE_ENDIAN);
    vector.forEach(x -> bytes.putFloat(((Double) x).floatValue()));
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The shapes of one answer: a chat's messages, or the plain text of the older API. */
  private record Completion(String model, boolean chat, String id, long created) {
    Completion(String model, boolean chat) {
      this(model, chat, "stand-in-" + System.nanoTime(), Instant.now().getEpochSecond());
    }

    Map<String, Object> whole(List<String> answer) {
      var text = String.join("", answer);
      var choice = choice("stop");
      if (chat) {
        choice.put("message", Map.of("role", "assistant", "content", text));
      } else {
        choice.put("text", text);
      }
      var body = envelope(chat ? "chat.completion" : "text_completion", List.of(choice));
      body.put("usage", counts(answer.size()));
      return body;
    }

    Map<String, Object> piece(String token, String finishReason) {
      var choice = choice(finishReason);
      if (chat) {
        choice.put("delta", Map.of("role", "assistant", "content", token));
      } else {
        choice.put("text", token);
      }
      return envelope(chat ? "chat.completion.chunk" : "text_completion", List.of(choice));
    }

    Map<String, Object> usage(int count) {
      var body = envelope(chat ? "chat.completion.chunk" : "text_completion", List.of());
      body.put("usage", counts(count));
      return body;
    }

    private static Map<String, Object> counts(int count) {
      return Map.of("prompt_tokens", 1, "completion_tokens", count, "total_tokens", count + 1);
    }

    private static Map<String, Object> choice(String finishReason) {
      var choice = new LinkedHashMap<String, Object>();
      choice.put("index", 0);
      choice.put("finish_reason", finishReason);
      return choice;
    }

    private Map<String, Object> envelope(String object, List<?> choices) {
      var body = new LinkedHashMap<String, Object>();
      body.put("id", id);
      body.put("object", object);
      body.put("created", created);
      body.put("model", model);
      body.put("choices", choices);
      return body;
    }
  }
}
