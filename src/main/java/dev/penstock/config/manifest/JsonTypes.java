package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Types of OpenAPI and how to speak of them. */
final class JsonTypes {

  private static final Pattern LITERAL = Pattern.compile("-?[0-9]+|true|false");

  private JsonTypes() {}

  static boolean matches(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> true;
    };
  }

  static String mismatch(JsonNode value, String type) {
    return "is " + found(value) + " where " + wanted(type) + " is expected";
  }

  static String mend(JsonNode value, String type, JsonNode schema) {
    if (type.equals("string") && value.isValueNode() && !value.isNull()) {
      return quoting(value.asText(), schema);
    }
    if (type.equals("array") && value.isValueNode()) {
      return "write [" + value.asText() + "]";
    }
    boolean unquoted = (type.equals("integer") || type.equals("boolean")) && value.isTextual();
    return unquoted && LITERAL.matcher(value.asText()).matches() ? "write it without quotes" : "";
  }

  /** Quotes alone would only lead to the next problem where the text has not the right form. */
  private static String quoting(String text, JsonNode schema) {
    String unit = schema.path("default").asText("");
    if (!ScalarRules.hasForm(text, schema)) {
      return expectation(schema);
    }
    String quoted = "write it in quotes: \"" + text + "\"";
    return unit.isEmpty() || !text.matches("[0-9]+")
        ? quoted
        : quoted + ", or with its unit, such as " + unit;
  }

  /** The words of the schema itself, which say what is expected and give an example. */
  static String expectation(JsonNode schema) {
    String description = schema.path("description").asText("");
    return description.isEmpty() ? "" : "expected: " + description;
  }

  private static String wanted(String type) {
    return switch (type) {
      case "object" -> "a mapping";
      case "array" -> "a list";
      case "string" -> "text";
      case "boolean" -> "true or false";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      default -> type;
    };
  }

  private static String found(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "a mapping";
      case ARRAY -> "a list";
      case STRING -> "the text \"" + shortened(value.asText()) + "\"";
      case BOOLEAN -> value.asText();
      case NUMBER -> "the number " + value.asText();
      default -> "empty";
    };
  }

  static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
