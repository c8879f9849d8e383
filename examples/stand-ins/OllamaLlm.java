import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The language model: Ollama's own API here, OpenAI's in {@link OpenAiApi}, as Ollama serves both.
 * Any model name is taken. A client that leaves in mid-answer ends the answer and is counted.
 */
final class OllamaLlm implements StandIn {
  static final String MODEL = "stand-in:latest";
  private static final Map<String, Object> DETAILS =
      Map.of("format", "gguf", "family", "stand-in", "parameter_size", "0B");

  private final Tokens tokens;
  private final OpenAiApi openAi;

  OllamaLlm(Duration token) {
    tokens = new Tokens(token);
    openAi = new OpenAiApi(tokens);
  }

  @Override
  public String name() {
    return "ollama-llm";
  }

  @Override
  public int port() {
    return 11434;
  }

  @Override
  public String about() {
    return "/api/chat, /api/generate, /v1/chat/completions stream tokens";
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    switch (exchange.request().route()) {
      case "GET /", "HEAD /" ->
          exchange.send(
              200, "text/plain", "Ollama is running (stand-in)".getBytes(StandardCharsets.UTF_8));
      case "GET /api/version" -> exchange.json(200, Map.of("version", "0.0.0-stand-in"));
      case "GET /api/tags", "GET /api/ps" -> exchange.json(200, Map.of("models", List.of(tag())));
      case "POST /api/show" -> show(exchange);
      case "POST /api/generate" -> generate(exchange, false);
      case "POST /api/chat" -> generate(exchange, true);
      case "POST /api/embed" -> embed(exchange);
      case "POST /api/embeddings" -> embedOne(exchange);
      default -> openAi.handle(exchange);
    }
  }

  private static Map<String, Object> tag() {
    return Map.of(
        "name",
        MODEL,
        "model",
        MODEL,
        "modified_at",
        "2026-01-01T00:00:00Z",
        "size",
        1024,
        "digest",
        "0".repeat(64),
        "details",
        DETAILS);
  }

  private static void show(Exchange exchange) throws IOException {
    exchange.json(
        200,
        Map.of(
            "modelfile",
            "# a stand-in has no modelfile",
            "parameters",
            "",
            "template",
            "{{ .Prompt }}",
            "details",
            DETAILS,
            "model_info",
            Map.of("general.architecture", "stand-in"),
            "capabilities",
            List.of("completion", "embedding")));
  }

  private void generate(Exchange exchange, boolean chat) throws IOException {
    var asked = exchange.request().json();
    var model = asked.text("model", MODEL);
    var answer = tokens.answer(asked.object("options").number("num_predict", 0));
    long start = System.nanoTime();
    if (!asked.flag("stream", true)) {
      exchange.pause(tokens.pace().multipliedBy(answer.size()));
      exchange.json(200, last(model, chat, String.join("", answer), answer.size(), start));
      return;
    }
    exchange.begin(200, "application/x-ndjson");
    for (var token : answer) {
      exchange.pause(tokens.pace());
      exchange.write(Json.write(line(model, chat, token, false)) + "\n");
    }
    exchange.write(Json.write(last(model, chat, "", answer.size(), start)) + "\n");
  }

  private static Map<String, Object> line(String model, boolean chat, String text, boolean done) {
    var line = new LinkedHashMap<String, Object>();
    line.put("model", model);
    line.put("created_at", Instant.now().toString());
    if (chat) {
      line.put("message", Map.of("role", "assistant", "content", text));
    } else {
      line.put("response", text);
    }
    line.put("done", done);
    return line;
  }

  private static Map<String, Object> last(
      String model, boolean chat, String text, int count, long start) {
    var line = line(model, chat, text, true);
    long nanos = System.nanoTime() - start;
    line.put("done_reason", "stop");
    line.put("total_duration", nanos);
    line.put("load_duration", 0);
    line.put("prompt_eval_count", 1);
    line.put("prompt_eval_duration", 0);
    line.put("eval_count", count);
    line.put("eval_duration", nanos);
    return line;
  }

  private static void embed(Exchange exchange) throws IOException {
    var asked = exchange.request().json();
    var vectors = asked.list("input").stream().map(t -> Tokens.embedding((String) t)).toList();
    exchange.json(
        200,
        Map.of(
            "model",
            asked.text("model", MODEL),
            "embeddings",
            vectors,
            "total_duration",
            1,
            "load_duration",
            0,
            "prompt_eval_count",
            vectors.size()));
  }

  private static void embedOne(Exchange exchange) throws IOException {
    var prompt = exchange.request().json().text("prompt", "");
    exchange.json(200, Map.of("embedding", Tokens.embedding(prompt)));
  }
}
