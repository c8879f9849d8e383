package dev.penstock.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Writes a configuration as JSON and reads it back.
 *
 * <p>The same configuration always gives the same bytes: fields in the order of the records, routes
 * by service. Each document carries the format it was written in and the oldest reader that
 * understands it. A reader skips fields that it does not know, so a writer may add fields freely.
 *
 * <p>A field that must not be skipped, since the configuration would then be served with less
 * protection than it asks for, is a {@link Feature} with the first format that knows it. Only a
 * document that uses it asks for such a reader: an older proxy refuses that one, says so, and goes
 * on with what it runs, and takes every other.
 */
public final class ConfigCodec {

  /** The format that this version writes, and the newest it reads. */
  public static final int FORMAT = Feature.NEWEST_FORMAT;

  private static final int MAX_DEPTH = 64;

  private final JsonMapper mapper =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** UTF-8 JSON with its secrets: for a Secret that is mounted or pushed, never for people. */
  public byte[] encode(GatewayConfig config) {
    try {
      return mapper.writeValueAsBytes(document(new ConfigWriter(Secrecy.PLAIN), config));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // a tree in memory always writes
    }
  }

  /** The same with a sequence, route by route: no tree of the whole is made. */
  void write(Envelope envelope, OutputStream out) throws IOException {
    GatewayConfig config = envelope.config();
    var writer = new ConfigWriter(Secrecy.PLAIN);
    try (JsonGenerator json = mapper.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      json.writeNumberField("oldestReader", Feature.oldestReader(config));
      json.writeObjectFieldStart("gateway");
      for (Map.Entry<String, JsonNode> field : writer.withoutRoutes(config).properties()) {
        json.writeFieldName(field.getKey());
        json.writeTree(field.getValue());
      }
      json.writeArrayFieldStart("routes");
      for (Route route : ConfigWriter.routes(config)) {
        json.writeTree(writer.route(route));
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeNumberField("sequence", envelope.sequence());
      json.writeEndObject();
    }
  }

  /** The same for people: indented, with {@code [redacted]} in place of every secret. */
  public String redacted(GatewayConfig config) {
    try {
      return mapper
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(document(new ConfigWriter(Secrecy.REDACTED), config));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what {@link #encode} wrote, here or in a newer version.
   *
   * @throws ConfigFormatException for what is not such a document, with the JSON path
   */
  public GatewayConfig decode(byte[] json) throws ConfigFormatException {
    return open(json).required("gateway", ConfigReader::gateway);
  }

  /** The document, once it is known that this version understands it. */
  JsonField open(byte[] json) throws ConfigFormatException {
    var root = new JsonField(parse(json), "$");
    int oldestReader = root.required("oldestReader", JsonField::integer);
    if (oldestReader > FORMAT) {
      throw new ConfigFormatException(
          "$.oldestReader",
          "this configuration needs a reader of format "
              + oldestReader
              + " or newer, this version reads up to format "
              + FORMAT
              + ": upgrade penstock");
    }
    return root;
  }

  private static ObjectNode document(ConfigWriter writer, GatewayConfig config) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("format", FORMAT)
        .put("oldestReader", Feature.oldestReader(config))
        .set("gateway", writer.gateway(config));
  }

  private JsonNode parse(byte[] json) throws ConfigFormatException {
    try {
      JsonNode root = mapper.readTree(json);
      if (root.isMissingNode()) {
        throw new ConfigFormatException("$", "is empty");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new ConfigFormatException("$", "is not JSON: " + withoutSource(e));
    } catch (IOException e) {
      throw new ConfigFormatException("$", "cannot be read: " + e.getMessage());
    }
  }

  /** Jackson's full message would quote the document, and with it secrets. */
  private static String withoutSource(JsonProcessingException e) {
    var at = e.getLocation();
    String where =
        at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    return e.getClass().getSimpleName().replace("Exception", "") + where;
  }
}
