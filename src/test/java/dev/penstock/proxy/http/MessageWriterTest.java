package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageWriterTest {

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final MessageWriter writer = new MessageWriter(channel);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static ByteBuf data(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  private List<String> writes() {
    List<String> writes = new ArrayList<>();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      writes.add(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return writes;
  }

  @Test
  void aSmallMessageIsOneWrite() {
    writer.head(new HeadBuffer().add("HEAD\r\n\r\n"));
    writer.chunk(data("hello"));
    writer.lastChunk(new HeadBuffer(), null);
    assertNull(channel.readOutbound());
    writer.flush();
    assertEquals(List.of("HEAD\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), writes());
  }

  @Test
  void aLargeBodyIsNotCopied() {
    String large = "x".repeat(10_000);
    writer.head(new HeadBuffer().add("HEAD\r\n\r\n"));
    writer.chunk(data(large));
    writer.flush();
    assertEquals(List.of("HEAD\r\n\r\n2710\r\n", large, "\r\n"), writes());
  }

  @Test
  void anEmptyChunkIsNotWrittenBecauseItWouldBeTheLast() {
    writer.chunk(data(""));
    writer.flush();
    assertEquals(List.of(), writes());
  }

  @Test
  void onlyPlainTrailersAreWritten() throws BadMessageException {
    byte[] lines = Wire.bytes("Plain: 1\r\nHost: 2\r\nContent-Length: 3\r\nX_Y: 4\r\nZ: 5\r\n");
    var trailers = new Fields();
    FieldParser.parse(lines, 0, lines.length, 10, KnownField.ALIAS, trailers);
    writer.lastChunk(new HeadBuffer(), trailers);
    writer.flush();
    assertEquals(List.of("0\r\nPlain: 1\r\nZ: 5\r\n\r\n"), writes());
  }

  @Test
  void whatIsDiscardedIsNeitherWrittenNorLeaked() {
    writer.head(new HeadBuffer().add("HEAD\r\n\r\n"));
    writer.discard();
    writer.flush();
    assertEquals(List.of(), writes());
  }
}
