package dev.penstock.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a structural schema.
 *
 * @param path such as {@code spec.hostnames[]}; {@code {}} stands for the values of a map
 */
public record Schema(String path, JsonNode node) {

  /** The schema of a kind as it is released. */
  public static Schema of(String plural) throws IOException {
    JsonNode crd =
        new ObjectMapper(new YAMLFactory())
            .readTree(Path.of("deploy/crds", plural + ".penstock.dev.yaml").toFile());
    return new Schema("", crd.at("/spec/versions/0/schema/openAPIV3Schema"));
  }

  public String type() {
    return node.path("type").asText();
  }

  /** The fields, items or values one level below. */
  public List<Schema> children() {
    var children = new ArrayList<Schema>();
    node.path("properties")
        .properties()
        .forEach(field -> children.add(new Schema(below(field.getKey()), field.getValue())));
    if (node.has("items")) {
      children.add(new Schema(path + "[]", node.path("items")));
    }
    if (node.has("additionalProperties")) {
      children.add(new Schema(path + "{}", node.path("additionalProperties")));
    }
    return children;
  }

  /** Itself and all below. */
  public List<Schema> all() {
    var all = new ArrayList<Schema>();
    all.add(this);
    children().forEach(child -> all.addAll(child.all()));
    return all;
  }

  /** Fills in defaults as an API server does: from the outside in, only below what is there. */
  public void applyDefaults(JsonNode value) {
    if (value instanceof ObjectNode object) {
      node.path("properties")
          .properties()
          .forEach(
              field -> {
                JsonNode schema = field.getValue();
                if (!object.has(field.getKey()) && schema.has("default")) {
                  object.set(field.getKey(), schema.get("default").deepCopy());
                }
                if (object.has(field.getKey())) {
                  new Schema(below(field.getKey()), schema)
                      .applyDefaults(object.get(field.getKey()));
                }
              });
    } else if (value.isArray() && node.has("items")) {
      value.forEach(item -> new Schema(path + "[]", node.path("items")).applyDefaults(item));
    }
  }

  private String below(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
