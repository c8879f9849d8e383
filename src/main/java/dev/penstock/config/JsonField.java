package dev.penstock.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.model.InvalidValueException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A value within a JSON tree that knows its path, so that every refusal can name it. */
record JsonField(JsonNode node, String path) {

  /** Reads one value; what a record's constructor refuses is told with the path. */
  @FunctionalInterface
  interface Reader<T> {
    T read(JsonField field) throws ConfigFormatException;
  }

  <T> T as(Reader<T> reader) throws ConfigFormatException {
    try {
      return reader.read(this);
    } catch (InvalidValueException e) {
      String at = node.has(e.field()) ? path + "." + e.field() : path;
      throw new ConfigFormatException(at, e.detail());
    }
  }

  JsonField required(String name) throws ConfigFormatException {
    JsonField field = child(name);
    if (field.node.isMissingNode()) {
      throw new ConfigFormatException(field.path, "is missing");
    }
    return field;
  }

  <T> T required(String name, Reader<T> reader) throws ConfigFormatException {
    return required(name).as(reader);
  }

  /** Absent where the field is not there; a null is a wrong type. */
  <T> Optional<T> optional(String name, Reader<T> reader) throws ConfigFormatException {
    JsonField field = child(name);
    return field.node.isMissingNode() ? Optional.empty() : Optional.of(field.as(reader));
  }

  <T> List<T> list(Reader<T> reader) throws ConfigFormatException {
    demand(node.isArray(), "a list");
    List<T> values = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      values.add(new JsonField(node.get(i), path + "[" + i + "]").as(reader));
    }
    return values;
  }

  <T> List<T> list(String name, Reader<T> reader) throws ConfigFormatException {
    return required(name).list(reader);
  }

  String text() throws ConfigFormatException {
    demand(node.isTextual(), "a string");
    return node.textValue();
  }

  int integer() throws ConfigFormatException {
    demand(node.isIntegralNumber() && node.canConvertToInt(), "a whole number");
    return node.intValue();
  }

  long whole() throws ConfigFormatException {
    demand(node.isIntegralNumber() && node.canConvertToLong(), "a whole number");
    return node.longValue();
  }

  Duration duration() throws ConfigFormatException {
    try {
      return Duration.parse(text());
    } catch (DateTimeParseException e) {
      throw new ConfigFormatException(path, "is not a duration such as PT60S");
    }
  }

  <E extends Enum<E>> E choice(Class<E> type) throws ConfigFormatException {
    String name = text();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new ConfigFormatException(
        path, "'" + name + "' is none of " + Arrays.toString(type.getEnumConstants()));
  }

  private JsonField child(String name) throws ConfigFormatException {
    demand(node.isObject(), "an object");
    return new JsonField(node.path(name), path + "." + name);
  }

  private void demand(boolean fits, String wanted) throws ConfigFormatException {
    if (!fits) {
      throw new ConfigFormatException(path, "is not " + wanted);
    }
  }
}
