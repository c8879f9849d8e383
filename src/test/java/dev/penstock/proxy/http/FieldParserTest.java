package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FieldParserTest {

  private static Fields parse(String lines) throws BadMessageException {
    byte[] bytes = Wire.bytes(lines);
    var fields = new Fields();
    FieldParser.parse(bytes, 0, bytes.length, 10, KnownField.ALIAS, fields);
    return fields;
  }

  @Test
  void aTokenIsWhatTheGrammarSays() {
    String symbols = "!#$%&'*+-.^_`|~";
    for (int b = 0; b < 256; b++) {
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
      boolean expected = letter || (b >= '0' && b <= '9') || symbols.indexOf(b) >= 0;
      assertEquals(expected, FieldParser.isToken((byte) b), "byte " + b);
    }
  }

  @Test
  void everyByteInANameOrAValueIsTakenOrRefused() throws BadMessageException {
    for (int b = 0; b < 256; b++) {
      char c = (char) b;
      if (c != ':') {
        assertTaken(FieldParser.isToken((byte) b), "a" + c + "b: v\r\n");
      }
      assertTaken(b == '\t' || (b >= ' ' && b != 0x7f), "n: a" + c + "b\r\n");
    }
  }

  private static void assertTaken(boolean expected, String line) throws BadMessageException {
    if (expected) {
      assertEquals(1, parse(line).size());
    } else {
      assertThrows(BadMessageException.class, () -> parse(line), line);
    }
  }

  @Test
  void blanksAroundAValueAreNoPartOfIt() throws BadMessageException {
    Fields fields = parse("a: \t b \t c\t \r\nd:\r\ne: \r\n");
    assertEquals("b \t c", fields.value(0));
    assertEquals("", fields.value(1));
    assertEquals("", fields.value(2));
    assertEquals("d", fields.name(1));
  }

  @Test
  void moreFieldsThanTheIndexStartsWithAreKept() throws BadMessageException {
    byte[] bytes = Wire.bytes("A: b\r\n".repeat(500));
    var fields = new Fields();
    FieldParser.parse(bytes, 0, bytes.length, 500, KnownField.ALIAS, fields);
    assertEquals(500, fields.size());
    assertEquals("b", fields.value(499));
  }
}
