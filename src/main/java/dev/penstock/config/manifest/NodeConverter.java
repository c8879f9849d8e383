package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Turns composed YAML into a JSON tree as {@code kubectl} would, and notes the line of each field.
 */
final class NodeConverter {

  private final String file;
  private final NodeBudget budget;
  private final Consumer<ManifestProblem> problems;
  private final FieldLines lines = new FieldLines();

  NodeConverter(String file, NodeBudget budget, Consumer<ManifestProblem> problems) {
    this.file = file;
    this.budget = budget;
    this.problems = problems;
  }

  YamlDocument document(Node root) {
    return new YamlDocument(convert(root, "", 0), lines);
  }

  private JsonNode convert(Node node, String path, int depth) {
    budget.spend(line(node), depth);
    lines.put(path, line(node));
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, path);
      case SequenceNode sequence -> sequence(sequence, path, depth);
      case MappingNode mapping -> mapping(mapping, path, depth);
      default -> JsonNodeFactory.instance.nullNode();
    };
  }

  private JsonNode scalar(ScalarNode node, String path) {
    return YamlScalars.convert(
        node, message -> report(node, path, message, "write it in quotes if it is text"));
  }

  private ArrayNode sequence(SequenceNode node, String path, int depth) {
    standard(node, Tag.SEQ, path);
    var array = JsonNodeFactory.instance.arrayNode();
    int index = 0;
    for (Node item : node.getValue()) {
      array.add(convert(item, FieldLines.item(path, index), depth + 1));
      index++;
    }
    return array;
  }

  private ObjectNode mapping(MappingNode node, String path, int depth) {
    standard(node, Tag.MAP, path);
    var object = JsonNodeFactory.instance.objectNode();
    Map<String, Integer> written = new HashMap<>();
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : node.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merged.add(tuple.getValueNode());
      } else {
        entry(tuple, path, depth, written, object);
      }
    }
    merged.forEach(from -> merge(from, path, depth, object));
    return object;
  }

  private void entry(
      NodeTuple tuple, String path, int depth, Map<String, Integer> written, ObjectNode object) {
    Node keyNode = tuple.getKeyNode();
    int line = line(keyNode);
    if (!(keyNode instanceof ScalarNode scalar) || !YamlScalars.isKey(scalar)) {
      report(keyNode, path, "a key must be text", "write the key in quotes");
      return;
    }
    String key = scalar.getValue();
    String field = FieldLines.child(path, key);
    Integer first = written.putIfAbsent(key, line);
    if (first != null) {
      report(keyNode, field, "is written twice, first on line " + first, "keep one of the two");
      return;
    }
    object.set(key, convert(tuple.getValueNode(), field, depth + 1));
    // The key's line, not that of a value which starts below it or was given an alias elsewhere.
    lines.put(field, line);
  }

  /** YAML 1.1 merge keys: what is written in the mapping itself wins. */
  private void merge(Node from, String path, int depth, ObjectNode into) {
    switch (from) {
      case MappingNode mapping ->
          mapping(mapping, path, depth + 1)
              .properties()
              .forEach(entry -> into.putIfAbsent(entry.getKey(), entry.getValue()));
      case SequenceNode sequence -> {
        budget.spend(line(from), depth);
        sequence.getValue().forEach(each -> merge(each, path, depth + 1, into));
      }
      default -> report(from, path, "<< merges a mapping or a list of mappings", "");
    }
  }

  private void standard(Node node, Tag tag, String path) {
    if (!node.getTag().equals(tag)) {
      report(
          node, path, "the tag " + node.getTag().getValue() + " has no meaning here", "remove it");
    }
  }

  private void report(Node node, String path, String message, String mend) {
    problems.accept(
        new ManifestProblem(new Place(file, line(node)), Optional.empty(), path, message, mend));
  }

  private static int line(Node node) {
    return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
  }
}
