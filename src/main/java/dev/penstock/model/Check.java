package dev.penstock.model;

import java.time.Duration;
import java.util.Collection;

/** The few checks that every value of the model needs; each failure names the field. */
final class Check {

  private Check() {}

  static void nonBlank(String field, String value) {
    that(!value.isBlank(), field, "must not be empty");
  }

  static void range(String field, long value, long min, long max) {
    that(
        value >= min && value <= max,
        field,
        "is " + value + ", must be from " + min + " to " + max);
  }

  static void positive(String field, Duration value) {
    that(value.isPositive(), field, "is " + value + ", must be longer than zero");
  }

  static void nonEmpty(String field, Collection<?> values) {
    that(!values.isEmpty(), field, "must not be empty");
  }

  static void that(boolean valid, String field, String message) {
    if (!valid) {
      throw new InvalidValueException(field, message);
    }
  }
}
