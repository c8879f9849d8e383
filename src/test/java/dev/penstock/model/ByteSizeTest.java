package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0Mi, 0, 0",
    "1, 1, 1",
    "512Ki, 524288, 512Ki",
    "1024Ki, 1048576, 1Mi",
    "10Mi, 10485760, 10Mi",
    "1Gi, 1073741824, 1024Mi",
    "1025, 1025, 1025"
  })
  void readsBytesAndBinarySuffixes(String text, long bytes, String written) {
    assertEquals(bytes, ByteSize.parse(text).bytes());
    assertEquals(written, ByteSize.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10M",
        "10m",
        "10K",
        "10MiB",
        "-1",
        "1.5Mi",
        "01",
        " 1",
        "1\n",
        "999999999999999Gi"
      })
  void refusesEverythingElse(String text) {
    assertThrows(InvalidValueException.class, () -> ByteSize.parse(text));
  }

  @Test
  void saysWhatNginxsSuffixIsCalledHere() {
    var e = assertThrows(InvalidValueException.class, () -> ByteSize.parse("10M"));
    assertTrue(e.getMessage().contains("write 10Mi"), e.getMessage());
  }

  @Test
  void zeroMeansUnlimited() {
    assertTrue(ByteSize.parse("0").unlimited());
    assertFalse(ByteSize.parse("1").unlimited());
  }
}
