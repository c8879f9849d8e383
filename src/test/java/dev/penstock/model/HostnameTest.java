package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostnameTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "ai.example.com", "*.example.com", "a-b.c1", "1.example.com"})
  void takesNamesAndWildcards(String name) {
    assertDoesNotThrow(() -> Hostname.check(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "a.*.com",
        "**.com",
        "AI.example.com",
        "a..b",
        "a.",
        ".a",
        "-a",
        "a-",
        "a_b",
        "a b",
        "a\n",
        "a:80",
        "ä.de"
      })
  void refusesEverythingElse(String name) {
    assertThrows(InvalidValueException.class, () -> Hostname.check(name));
  }

  @Test
  void refusesWhatDnsCannotHold() {
    String label = "a".repeat(63);
    assertDoesNotThrow(() -> Hostname.check(label + "." + label + "." + label + ".com"));
    assertThrows(InvalidValueException.class, () -> Hostname.check("a" + label));
    assertThrows(InvalidValueException.class, () -> Hostname.check("a.".repeat(127) + "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com, a.example.com, true",
    "a.example.com, b.example.com, false",
    "*.example.com, a.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, *.b.example.com, true",
    "*.example.com, *.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, aexample.com, false",
    "a.example.com, *.example.com, false"
  })
  void aWildcardCoversOneOrMoreLabels(String pattern, String host, boolean covered) {
    assertEquals(covered, Hostname.covers(pattern, host));
  }
}
