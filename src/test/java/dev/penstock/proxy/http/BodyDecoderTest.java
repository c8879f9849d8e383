package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyDecoderTest {

  private final BodyDecoder decoder = new BodyDecoder();
  private final Gathered gathered = new Gathered();

  private ByteBuf decode(String text) throws BadMessageException {
    ByteBuf in = Wire.buffer(text);
    decoder.decode(in, gathered);
    return in;
  }

  @Test
  void aBodyOfKnownLengthEndsWithItsLastByte() throws BadMessageException {
    decoder.start(5);
    decode("he");
    assertEquals(3, decoder.remaining());
    assertEquals(3, decode("lloabc").readableBytes());
    assertTrue(decoder.done());
    assertEquals("hello", gathered.data.toString());
    assertEquals(1, gathered.ends);
    assertFalse(decoder.endedByClose());
  }

  @Test
  void aBodyThatIsDelimitedByTheEndIsWholeOnlyThen() throws BadMessageException {
    decoder.start(BodyLength.UNTIL_CLOSE);
    assertEquals(0, decode("hello").readableBytes());
    assertFalse(decoder.done());
    assertTrue(decoder.endedByClose());
    assertFalse(decoder.endedByClose());
  }

  @Test
  void anUnfinishedBodyIsNotEndedByTheEndOfTheConnection() throws BadMessageException {
    decoder.start(5);
    decode("he");
    assertFalse(decoder.endedByClose());
    decoder.start(BodyLength.CHUNKED);
    decode("5\r\nhello\r\n0\r\n");
    assertFalse(decoder.endedByClose());
  }

  @Test
  void chunksAreDecodedAndWhatIsBehindIsLeft() throws BadMessageException {
    decoder.start(BodyLength.CHUNKED);
    ByteBuf rest = decode("5;a=\"b\"\r\nhello\r\n00A\r\n0123456789\r\n0\r\nX: y\r\n\r\nnext");
    assertTrue(decoder.done());
    assertEquals("hello0123456789", gathered.data.toString());
    assertEquals("X=y;", gathered.trailers.toString());
    assertEquals("next", rest.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void oneDecoderServesBodyAfterBody() throws BadMessageException {
    for (int i = 0; i < 3; i++) {
      decoder.start(BodyLength.CHUNKED);
      decode("1\r\nx\r\n0\r\nT: u\r\n\r\n");
      decoder.start(1);
      decode("y");
    }
    assertEquals("xyxyxy", gathered.data.toString());
    assertEquals(6, gathered.ends);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "g",
        "\r\n",
        " 1",
        "1 ",
        "-1",
        "+1",
        "0x1",
        "1\n",
        "1\r1",
        "1\r\nab",
        "1\r\na\n",
        "1\r\na\rb",
        "1;\u0001",
        "0\r\nX\r\n\r\n",
        "0\r\nX: y\n",
        "0\r\n\n",
        "1000000000000000",
        "7fffffffffffffff"
      })
  void brokenChunksAreRefusedWholeOrByteByByte(String text) throws BadMessageException {
    decoder.start(BodyLength.CHUNKED);
    assertThrows(BadMessageException.class, () -> decode(text));
    decoder.start(BodyLength.CHUNKED);
    assertThrows(
        BadMessageException.class,
        () -> {
          for (int i = 0; i < text.length(); i++) {
            decode(text.substring(i, i + 1));
          }
        });
  }

  @Test
  void theLargestSizeDoesNotOverflow() throws BadMessageException {
    decoder.start(BodyLength.CHUNKED);
    decode("fffffffffffffff\r\nhello");
    assertFalse(decoder.done());
    assertEquals("hello", gathered.data.toString());
  }

  @Test
  void whatIsWrittenAsChunksIsReadBackTheSame() throws BadMessageException {
    var random = new Random(4);
    for (int round = 0; round < 200; round++) {
      var channel = new EmbeddedChannel();
      var writer = new MessageWriter(channel);
      var sent = new StringBuilder();
      for (int i = random.nextInt(6); i > 0; i--) {
        String piece = "x".repeat(size(random));
        sent.append(piece);
        writer.chunk(Unpooled.copiedBuffer(Wire.bytes(piece)));
        if (random.nextBoolean()) {
          writer.flush();
        }
      }
      writer.lastChunk(new HeadBuffer(), null);
      writer.flush();
      var back = new Gathered();
      decoder.start(BodyLength.CHUNKED);
      for (byte[] piece : Wire.cut(written(channel), random)) {
        decoder.decode(Unpooled.wrappedBuffer(piece), back);
      }
      assertTrue(decoder.done());
      assertEquals(sent.toString(), back.data.toString(), "round " + round);
    }
  }

  /** Sizes around those at which the number of digits or the way of writing changes. */
  private static int size(Random random) {
    int[] borders = {0, 1, 0xf, 0x10, 0xff, 0x100, 0xfff, 0x1000, 0xffff, 0x10000};
    return Math.max(0, borders[random.nextInt(borders.length)] + random.nextInt(3) - 1);
  }

  private static byte[] written(EmbeddedChannel channel) {
    var all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    channel.finishAndReleaseAll();
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  private static final class Gathered implements BodySink {

    private final StringBuilder data = new StringBuilder();
    private final StringBuilder trailers = new StringBuilder();
    private int ends;

    @Override
    public void onData(ByteBuf bytes) {
      data.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
    }

    @Override
    public void onEnd(@Nullable Fields fields) {
      ends++;
      for (int i = 0; fields != null && i < fields.size(); i++) {
        trailers.append(fields.name(i)).append('=').append(fields.value(i)).append(';');
      }
    }
  }
}
