package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.config.manifest.SchemaProblem.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What a schema says of a single value: enum, range, length, pattern. */
final class ScalarRules {

  private final JsonNode schema;
  private final String path;
  private final Consumer<SchemaProblem> problems;

  ScalarRules(JsonNode schema, String path, Consumer<SchemaProblem> problems) {
    this.schema = schema;
    this.path = path;
    this.problems = problems;
  }

  void check(JsonNode value) {
    if (!choice(value)) {
      return;
    }
    if (value.isNumber()) {
      range(value.decimalValue());
    } else if (value.isTextual()) {
      text(value.asText());
    }
  }

  private boolean choice(JsonNode value) {
    JsonNode choices = schema.path("enum");
    if (choices.isMissingNode()) {
      return true;
    }
    List<String> names = new ArrayList<>();
    for (JsonNode choice : choices) {
      if (choice.equals(value)) {
        return true;
      }
      names.add(choice.asText());
    }
    String mend =
        Suggestion.closest(value.asText(), names)
            .map(name -> "did you mean " + name + "?")
            .orElse("");
    problem(
        Kind.MISFIT,
        "is \""
            + JsonTypes.shortened(value.asText())
            + "\", must be one of "
            + String.join(", ", names),
        mend);
    return false;
  }

  private void range(BigDecimal value) {
    JsonNode min = schema.path("minimum");
    JsonNode max = schema.path("maximum");
    boolean below =
        min.isNumber()
            && value.compareTo(min.decimalValue())
                < (schema.path("exclusiveMinimum").asBoolean() ? 1 : 0);
    boolean above =
        max.isNumber()
            && value.compareTo(max.decimalValue())
                > (schema.path("exclusiveMaximum").asBoolean() ? -1 : 0);
    if (below || above) {
      problem(Kind.RULE, "is " + value.toPlainString() + ", must be " + span(min, max), "");
    }
  }

  private static String span(JsonNode min, JsonNode max) {
    if (min.isNumber() && max.isNumber()) {
      return "from " + whole(min) + " to " + whole(max);
    }
    return min.isNumber() ? "at least " + whole(min) : "at most " + whole(max);
  }

  private static String whole(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  private void text(String value) {
    int length = value.codePointCount(0, value.length());
    JsonNode min = schema.path("minLength");
    JsonNode max = schema.path("maxLength");
    if (min.isNumber() && length < min.asInt()) {
      problem(
          Kind.RULE,
          value.isEmpty() ? "must not be empty" : "is shorter than " + min.asInt() + " characters",
          "");
    } else if (max.isNumber() && length > max.asInt()) {
      problem(Kind.RULE, "is longer than " + max.asInt() + " characters", "");
    } else {
      pattern(value);
    }
  }

  private void pattern(String value) {
    if (!hasForm(value, schema)) {
      String form = schema.path("pattern").asText();
      problem(
          Kind.FORM,
          "\"" + JsonTypes.shortened(value) + "\" does not have the form " + form,
          JsonTypes.expectation(schema));
    }
  }

  /** Whether the text matches the pattern, if the schema has one. */
  static boolean hasForm(String value, JsonNode schema) {
    JsonNode pattern = schema.path("pattern");
    return !pattern.isTextual() || compiled(pattern.asText()).matcher(value).find();
  }

  /** Java's {@code $} would also match before a last line feed, which RE2's does not. */
  private static Pattern compiled(String regex) {
    boolean anchored = regex.endsWith("$") && !regex.endsWith("\\$");
    return Pattern.compile(anchored ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
  }

  private void problem(Kind kind, String message, String mend) {
    problems.accept(new SchemaProblem(path, kind, message, mend));
  }
}
