package dev.penstock.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * Whether an object has everything that is wanted of it. More fields are others' and fine, but not
 * in a selector, which is one value; a list has just as many items. A value that the API server
 * writes in another way counts as a difference, which costs a write that changes nothing.
 */
final class Match {

  /** A label more, and they select nothing. */
  private static final Set<String> WHOLE = Set.of("selector", "podSelector", "nodeSelector");

  private Match() {}

  static boolean has(JsonNode actual, JsonNode wanted) {
    if (wanted.isObject()) {
      return wanted.properties().stream().allMatch(field -> hasField(actual, field));
    }
    if (wanted.isArray()) {
      return actual.isArray() && wanted.size() == actual.size() && hasItems(actual, wanted);
    }
    boolean numbers = wanted.isNumber() && actual.isNumber();
    return numbers
        ? wanted.decimalValue().compareTo(actual.decimalValue()) == 0
        : wanted.equals(actual);
  }

  /** The API server leaves empty fields out. */
  private static boolean hasField(JsonNode actual, Map.Entry<String, JsonNode> field) {
    JsonNode wanted = field.getValue();
    JsonNode found = actual.path(field.getKey());
    boolean empty = wanted.isNull() || (wanted.isContainerNode() && wanted.isEmpty());
    boolean absent = found.isMissingNode() || found.isNull();
    boolean more = WHOLE.contains(field.getKey()) && !has(wanted, found);
    return (empty && absent) || (has(found, wanted) && !more);
  }

  private static boolean hasItems(JsonNode actual, JsonNode wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!has(actual.get(i), wanted.get(i))) {
        return false;
      }
    }
    return true;
  }
}
