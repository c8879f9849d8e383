package dev.penstock.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.control.ProxyReport.CertificateEnd;
import dev.penstock.control.ProxyReport.ClientsSeen;
import dev.penstock.control.ProxyReport.LimiterState;
import dev.penstock.control.ProxyReport.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers and reports as JSON. Reading is lenient: operator and proxies may differ in version, so
 * what is not known is skipped, and what is missing is taken as absent, zero or false.
 */
public final class ControlCodec {

  private final JsonMapper mapper = new JsonMapper();

  public byte[] encode(PushAnswer answer) {
    ObjectNode json = object().put("sequence", answer.running());
    json.set("problems", texts(answer.problems()));
    return bytes(json);
  }

  /**
   * Reads an answer.
   *
   * @throws IOException when it is no JSON object
   */
  public PushAnswer answer(byte[] json) throws IOException {
    JsonNode root = root(json);
    return new PushAnswer(root.path("sequence").asLong(), texts(root.path("problems")));
  }

  public byte[] encode(ProxyReport report) {
    ObjectNode json =
        object()
            .put("version", report.version())
            .put("sequence", report.sequence())
            .put("ready", report.ready())
            .put("draining", report.draining());
    json.set("details", texts(report.details()));
    report.refused().ifPresent(refused -> json.set("refused", refusal(refused)));
    report.limiter().ifPresent(limiter -> json.set("limiter", limiter(limiter)));
    ArrayNode certificates = json.putArray("certificates");
    report.certificates().forEach(each -> certificates.add(certificate(each)));
    json.set("clients", clients(report.clients()));
    return bytes(json);
  }

  /**
   * Reads a report.
   *
   * @throws IOException when it is no JSON object, or a time in it is none
   */
  public ProxyReport report(byte[] json) throws IOException {
    JsonNode root = root(json);
    try {
      return new ProxyReport(
          root.path("version").asText(),
          root.path("sequence").asLong(),
          optional(root.path("refused"), ControlCodec::refusal),
          root.path("ready").asBoolean(),
          root.path("draining").asBoolean(),
          texts(root.path("details")),
          optional(root.path("limiter"), ControlCodec::limiter),
          all(root.path("certificates"), ControlCodec::certificate),
          clients(root.path("clients")));
    } catch (DateTimeParseException e) {
      throw new IOException("the report has a time that is none", e);
    }
  }

  private static ObjectNode refusal(Refusal refused) {
    ObjectNode json = object().put("sequence", refused.sequence());
    json.set("problems", texts(refused.problems()));
    return json;
  }

  private static Refusal refusal(JsonNode json) {
    return new Refusal(json.path("sequence").asLong(), texts(json.path("problems")));
  }

  private static ObjectNode limiter(LimiterState limiter) {
    ObjectNode json =
        object()
            .put("shared", limiter.shared())
            .put("degraded", limiter.degraded())
            .put("replicas", limiter.replicas());
    limiter.problem().ifPresent(problem -> json.put("problem", problem));
    return json;
  }

  private static LimiterState limiter(JsonNode json) {
    return new LimiterState(
        json.path("shared").asBoolean(),
        optional(json.path("problem"), JsonNode::asText),
        json.path("replicas").asInt());
  }

  private static ObjectNode certificate(CertificateEnd certificate) {
    ObjectNode json = object().put("name", certificate.name());
    json.set("hosts", texts(certificate.hosts()));
    return json.put("notAfter", certificate.notAfter().toString());
  }

  private static CertificateEnd certificate(JsonNode json) {
    return new CertificateEnd(
        json.path("name").asText(),
        texts(json.path("hosts")),
        Instant.parse(json.path("notAfter").asText()));
  }

  private static ObjectNode clients(ClientsSeen clients) {
    return object()
        .put("requests", clients.requests())
        .put("distinct", clients.distinct())
        .put("window", clients.window().toString());
  }

  private static ClientsSeen clients(JsonNode json) {
    return new ClientsSeen(
        json.path("requests").asLong(),
        json.path("distinct").asLong(),
        Duration.parse(json.path("window").asText("PT0S")));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ArrayNode texts(List<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  private static List<String> texts(JsonNode array) {
    return all(array, JsonNode::asText);
  }

  private static <T> List<T> all(JsonNode array, Function<JsonNode, T> read) {
    List<T> values = new ArrayList<>();
    array.forEach(each -> values.add(read.apply(each)));
    return values;
  }

  private static <T> Optional<T> optional(JsonNode json, Function<JsonNode, T> read) {
    return json.isMissingNode() || json.isNull() ? Optional.empty() : Optional.of(read.apply(json));
  }

  private JsonNode root(byte[] json) throws IOException {
    JsonNode root = mapper.readTree(json);
    if (!root.isObject()) {
      throw new IOException("is no JSON object");
    }
    return root;
  }

  private byte[] bytes(ObjectNode json) {
    try {
      return mapper.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree in memory always writes
    }
  }
}
