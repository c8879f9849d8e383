package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;

/** Types of OpenAPI and how to speak of them. */
final class JsonTypes {

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

  static String mend(JsonNode value, String type) {
    if (type.equals("string") && value.isValueNode() && !value.isNull()) {
      return "write it in quotes: \"" + value.asText() + "\"";
    }
    if (type.equals("array") && !value.isArray()) {
      return value.isValueNode() ? "write [" + value.asText() + "]" : "write a list: - ...";
    }
    if ((type.equals("integer") || type.equals("boolean")) && value.isTextual()) {
      return "write it without quotes";
    }
    return "";
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
