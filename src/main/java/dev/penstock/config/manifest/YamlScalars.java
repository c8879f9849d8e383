package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** YAML 1.1 scalars as {@code kubectl} reads them: {@code yes} is true, {@code 1:30} is text. */
final class YamlScalars {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9_]+");

  private YamlScalars() {}

  /** Whether a plain scalar may be a key: booleans and null in that place are accidents. */
  static boolean isKey(ScalarNode node) {
    return node.getTag().equals(Tag.STR)
        || node.getTag().equals(Tag.TIMESTAMP)
        || (node.getTag().equals(Tag.INT) && DECIMAL.matcher(node.getValue()).matches());
  }

  static JsonNode convert(ScalarNode node, Consumer<String> problem) {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.STR) || tag.equals(Tag.TIMESTAMP)) {
      return JSON.textNode(text);
    }
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return bool(text, problem);
    }
    if (tag.equals(Tag.INT)) {
      return integer(text, problem);
    }
    if (tag.equals(Tag.FLOAT)) {
      return real(text, problem);
    }
    problem.accept("the tag " + tag.getValue() + " has no meaning here");
    return JSON.textNode(text);
  }

  private static JsonNode bool(String text, Consumer<String> problem) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> JSON.booleanNode(true);
      case "false", "no", "off" -> JSON.booleanNode(false);
      default -> unreadable(text, "true or false", problem);
    };
  }

  private static JsonNode integer(String text, Consumer<String> problem) {
    if (text.indexOf(':') >= 0) {
      return JSON.textNode(text); // sexagesimal: only YAML 1.1 itself ever meant it
    }
    try {
      BigInteger value = parse(text.replace("_", ""));
      return value.bitLength() < Integer.SIZE
          ? JSON.numberNode(value.intValue())
          : value.bitLength() < Long.SIZE
              ? JSON.numberNode(value.longValue())
              : JSON.numberNode(value);
    } catch (NumberFormatException e) {
      return unreadable(text, "a number", problem);
    }
  }

  private static BigInteger parse(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    BigInteger value;
    if (digits.startsWith("0x")) {
      value = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      value = new BigInteger(digits.substring(2), 2);
    } else if (digits.length() > 1 && digits.startsWith("0")) {
      value = new BigInteger(digits, 8);
    } else {
      value = new BigInteger(digits);
    }
    return negative ? value.negate() : value;
  }

  private static JsonNode real(String text, Consumer<String> problem) {
    if (text.indexOf(':') >= 0) {
      return JSON.textNode(text);
    }
    try {
      double value = Double.parseDouble(text.replace("_", ""));
      if (Double.isFinite(value)) {
        return JSON.numberNode(value);
      }
    } catch (NumberFormatException e) {
      // said below, as for .inf and .nan, which JSON cannot say either
    }
    return unreadable(text, "a number", problem);
  }

  /** The text itself is not told: it may be of a Secret. */
  private static JsonNode unreadable(String text, String kind, Consumer<String> problem) {
    problem.accept("is not " + kind);
    return JSON.textNode(text);
  }
}
