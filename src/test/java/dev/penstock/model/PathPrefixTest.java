package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathPrefixTest {

  @ParameterizedTest
  @ValueSource(strings = {"/", "/stt", "/v1/audio", "/a.b-c_d~e", "/...", "/@x", "/a;b", "/a..;b"})
  void takesWholeSegments(String path) {
    assertDoesNotThrow(() -> PathPrefix.check("path", path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "stt", "/stt/", "//", "//stt", "/a//b", "/.", "/..", "/a/../b", "/a/./b", "/..;x",
        "/%41", "/a?b", "/a#b", "/a b", "/a\\b", "/a'b", "/a\"b", "/{a}", "/a\n", "/ä"
      })
  void refusesEverythingElse(String path) {
    assertThrows(InvalidValueException.class, () -> PathPrefix.check("path", path));
  }

  @Test
  void refusesMoreThanAThousandAndTwentyFourCharacters() {
    assertDoesNotThrow(() -> PathPrefix.check("path", "/" + "a".repeat(1023)));
    assertThrows(
        InvalidValueException.class, () -> PathPrefix.check("path", "/" + "a".repeat(1024)));
  }
}
