package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTest {

  @ParameterizedTest
  @CsvSource({"1r/s, 1, 1", "10r/m, 10, 60", "4r/h, 4, 3600", "999999999r/s, 999999999, 1"})
  void readsAndWritesNginxWords(String text, long requests, long seconds) {
    Rate rate = Rate.parse(text);
    assertEquals(new Rate(requests, Duration.ofSeconds(seconds)), rate);
    assertEquals(text, rate.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "r/s",
        "0r/s",
        "01r/s",
        "-1r/s",
        "1.5r/s",
        "10 r/m",
        "10r/d",
        "10R/M",
        "1000000000r/s",
        "10r/m\n"
      })
  void refusesEverythingElse(String text) {
    var e = assertThrows(InvalidValueException.class, () -> Rate.parse(text));
    assertEquals("rate", e.field());
    assertTrue(e.detail().contains("10r/m"), e.detail());
  }

  @Test
  void countsOnlyASecondAMinuteOrAnHour() {
    assertThrows(InvalidValueException.class, () -> new Rate(1, Duration.ofSeconds(2)));
    assertThrows(InvalidValueException.class, () -> new Rate(0, Duration.ofSeconds(1)));
  }
}
