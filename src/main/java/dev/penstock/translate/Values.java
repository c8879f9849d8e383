package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Patterns;
import dev.penstock.model.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Single fields: the value, or the default when it is absent. A bad one is reported and the default
 * taken in its place, so that the rest is still looked at; what has problems is never used.
 */
final class Values {

  /** An item of a list with the place where its problems go. */
  record Item<T>(T value, Problems at) {}

  private static final int LONGEST_NAME = 253;

  private Values() {}

  static <T> T or(@Nullable T value, T fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }

  /** The items that are there; one left empty is a problem. */
  static <T> List<Item<T>> items(@Nullable List<? extends @Nullable T> list, Problems at) {
    var items = new ArrayList<Item<T>>();
    List<? extends @Nullable T> present = list == null ? List.of() : list;
    for (int i = 0; i < present.size(); i++) {
      T value = present.get(i);
      if (value == null) {
        at.at(i).unsupported("is empty; remove it");
      } else {
        items.add(new Item<>(value, at.at(i)));
      }
    }
    return items;
  }

  static Duration duration(@Nullable String text, String fallback, Problems at) {
    Duration value = durationOrZero(text, fallback, at);
    if (value.isZero()) {
      at.unsupported("'" + text + "' must be longer than zero");
      return Durations.parse(fallback);
    }
    return value;
  }

  static Duration durationOrZero(@Nullable String text, String fallback, Problems at) {
    Duration otherwise = Durations.parse(fallback);
    return text == null ? otherwise : at.attempt(() -> Durations.parse(text), otherwise);
  }

  static ByteSize size(@Nullable String text, String fallback, Problems at) {
    ByteSize otherwise = ByteSize.parse(fallback);
    return text == null ? otherwise : at.attempt(() -> ByteSize.parse(text), otherwise);
  }

  static int size(@Nullable String text, String fallback, long min, long max, Problems at) {
    ByteSize value = size(text, fallback, at);
    if (value.bytes() < min || value.bytes() > max) {
      at.unsupported(
          "is " + value + ", must be from " + new ByteSize(min) + " to " + new ByteSize(max));
      return Math.toIntExact(ByteSize.parse(fallback).bytes());
    }
    return Math.toIntExact(value.bytes());
  }

  static int number(@Nullable Integer value, String fallback, int min, int max, Problems at) {
    int otherwise = Integer.parseInt(fallback);
    if (value == null) {
      return otherwise;
    }
    return inRange(value, min, max, at) ? value : otherwise;
  }

  static boolean inRange(int value, int min, int max, Problems at) {
    boolean within = value >= min && value <= max;
    if (!within) {
      at.unsupported("is " + value + ", must be from " + min + " to " + max);
    }
    return within;
  }

  /** Whether the text has the form; {@code wanted} completes "is not". */
  static boolean matches(String text, String form, String wanted, Problems at) {
    boolean matches = Pattern.matches(form, text);
    if (!matches) {
      at.unsupported(quoted(text) + " is not " + wanted);
    }
    return matches;
  }

  /** A resource's name; absent when it is missing or cannot be one. */
  static Optional<String> name(@Nullable String name, String wanted, Problems at) {
    if (name == null || name.isEmpty()) {
      at.unsupported("is missing; name " + wanted);
      return Optional.empty();
    }
    if (name.length() > LONGEST_NAME) {
      at.unsupported(quoted(name) + " is longer than " + LONGEST_NAME + " characters");
      return Optional.empty();
    }
    boolean valid = matches(name, Patterns.NAME, "a name such as whisper-stt", at);
    return valid ? Optional.of(name) : Optional.empty();
  }

  /** The text for a message. */
  static String quoted(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "'" + shown + "'";
  }
}
