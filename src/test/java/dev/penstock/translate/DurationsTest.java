package dev.penstock.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.model.InvalidValueException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "90s, 90000",
    "1m30s, 90000",
    "500ms, 500",
    "1h, 3600000",
    "1h2m3s4ms, 3723004",
    "0s, 0",
    "10s10s, 20000",
    "500h, 1800000000"
  })
  void readsHoursMinutesSecondsAndMilliseconds(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "60",
        "s",
        "1.5s",
        "-1s",
        "1d",
        "1 s",
        "1S",
        "123456s",
        "1h1h1h1h1h",
        "1s\n",
        "500h1ms",
        "99999h",
        "١s"
      })
  void refusesEverythingElse(String text) {
    assertThrows(InvalidValueException.class, () -> Durations.parse(text));
  }
}
