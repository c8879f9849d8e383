package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

class HeadBufferTest {

  private static String text(HeadBuffer buffer) {
    byte[] built = buffer.toArray();
    return Ascii.string(built, 0, built.length);
  }

  @Test
  void itGrowsAsNeeded() {
    var buffer = new HeadBuffer(1);
    buffer.add("abc").add((byte) 'd').add(new AsciiString("_ef_").subSequence(1, 3, false));
    buffer.decimal(7).decimal(1234).decimal(Long.MAX_VALUE).crlf().field("n", "v");
    assertEquals("abcdef712349223372036854775807\r\nn: v\r\n", text(buffer));
    assertEquals("", text(buffer.clear()));
  }

  @Test
  void keptLinesAreCopiedAsTheyCameAndOthersLeftOut() throws BadMessageException {
    byte[] lines = Wire.bytes("A:1\r\nB:  2 \r\nC: 3\r\nD: 4\r\nE: 5\r\n");
    var fields = new Fields();
    FieldParser.parse(lines, 0, lines.length, 10, KnownField.ALIAS, fields);
    String[] expected = {"A:1\r\n", "B:  2 \r\n", "C: 3\r\n", "D: 4\r\n", "E: 5\r\n"};
    for (int mask = 0; mask < 1 << expected.length; mask++) {
      int kept = mask;
      var all = new StringBuilder();
      for (int i = 0; i < expected.length; i++) {
        all.append((mask >> i & 1) == 1 ? expected[i] : "");
      }
      var buffer = new HeadBuffer().lines(fields, (_, i) -> (kept >> i & 1) == 1);
      assertEquals(all.toString(), text(buffer));
    }
  }
}
