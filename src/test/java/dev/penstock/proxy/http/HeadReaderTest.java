package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReaderTest {

  private static final int MAX_LINE = 20;
  private static final int MAX_FIELDS = 30;

  private final HeadReader reader = new HeadReader(MAX_LINE, MAX_FIELDS);

  private static int status(HeadReader reader, String text) {
    return assertThrows(BadMessageException.class, () -> reader.read(Wire.buffer(text))).status();
  }

  @Test
  void itTakesTheHeadAndLeavesWhatIsBehind() throws BadMessageException {
    ByteBuf in = Wire.buffer("START\r\nA: b\r\n\r\nbody");
    assertTrue(reader.read(in));
    assertEquals("START\r\nA: b\r\n\r\n", Ascii.string(reader.bytes(), 0, reader.length()));
    assertEquals(5, reader.startLineEnd());
    assertEquals(4, in.readableBytes());
  }

  @Test
  void aHeadWithoutFieldsIsWhole() throws BadMessageException {
    assertTrue(reader.read(Wire.buffer("START\r\n\r\n")));
  }

  @Test
  void itGathersByteByByte() throws BadMessageException {
    String head = "START\r\nA: b\r\n\r\n";
    for (int i = 0; i < head.length(); i++) {
      assertEquals(i > 0, reader.started());
      assertEquals(
          i == head.length() - 1, reader.read(Wire.buffer(head.substring(i, i + 1))), "byte " + i);
    }
    reader.reset();
    assertFalse(reader.started());
    assertTrue(reader.read(Wire.buffer("NEXT\r\n\r\n")));
    assertEquals(4, reader.startLineEnd());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "A\n", "A\r\n\n", "A\r\nB\n", "A\n\r\n"})
  void aLineFeedAloneIsRefused(String text) {
    assertEquals(400, status(reader, text));
  }

  @Test
  void aStartLineOfJustTheLimitIsTakenHoweverItIsCut() throws BadMessageException {
    String head = "x".repeat(MAX_LINE) + "\r\n\r\n";
    for (int at = 1; at < head.length(); at++) {
      var each = new HeadReader(MAX_LINE, MAX_FIELDS);
      assertFalse(each.read(Wire.buffer(head.substring(0, at))));
      assertTrue(each.read(Wire.buffer(head.substring(at))), "cut at " + at);
    }
  }

  @Test
  void aLongerStartLineIsRefusedWithOrWithoutItsEnd() {
    String line = "x".repeat(MAX_LINE + 1);
    assertEquals(414, status(new HeadReader(MAX_LINE, MAX_FIELDS), line));
    assertEquals(414, status(new HeadReader(MAX_LINE, MAX_FIELDS), line + "\r\n\r\n"));
  }

  @Test
  void tooManyBytesOfFieldsAreRefusedWithOrWithoutTheirEnd() throws BadMessageException {
    assertTrue(reader.read(Wire.buffer("A\r\n" + "x".repeat(MAX_FIELDS - 2) + "\r\n\r\n")));
    String fields = "A\r\n" + "x".repeat(MAX_FIELDS + 3);
    assertEquals(431, status(new HeadReader(MAX_LINE, MAX_FIELDS), fields));
    assertEquals(431, status(new HeadReader(MAX_LINE, MAX_FIELDS), fields + "\r\n\r\n"));
  }

  @Test
  void oneEmptyLineBeforeARequestIsReadOverInPiecesToo() throws BadMessageException {
    for (String piece : new String[] {"\r", "\n", "START\r\n\r\n"}) {
      ByteBuf in = Wire.buffer(piece);
      reader.skipEmptyLine(in);
      assertEquals(piece.startsWith("START"), reader.read(in));
    }
    assertEquals(5, reader.startLineEnd());
  }

  @Test
  void aSecondEmptyLineIsNotReadOver() throws BadMessageException {
    ByteBuf in = Wire.buffer("\r\n\r\nSTART\r\n\r\n");
    reader.skipEmptyLine(in);
    reader.skipEmptyLine(in);
    assertFalse(reader.started());
    assertTrue(reader.read(in));
    assertEquals(0, reader.startLineEnd());
  }
}
