package dev.penstock.proxy.tunnel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketFramesTest {

  private final WebSocketFrames frames = new WebSocketFrames();

  private static ByteBuf frame(int opcode, long length, boolean masked) {
    ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
    int mask = masked ? 0x80 : 0;
    if (length < 126) {
      frame.writeByte(mask | (int) length);
    } else if (length < 1 << 16) {
      frame.writeByte(mask | 126).writeShort((int) length);
    } else {
      frame.writeByte(mask | 127).writeLong(length);
    }
    return frame.writeZero((masked ? 4 : 0) + (int) length);
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "1, false",
    "125, true",
    "126, false",
    "127, true",
    "65535, false",
    "65536, true"
  })
  void onlyBehindTheLastByteOfAFrameIsABoundary(int length, boolean masked) {
    ByteBuf frame = frame(2, length, masked);
    int size = frame.readableBytes();
    assertTrue(frames.atBoundary());
    for (int i = 1; i < size; i++) {
      assertEquals(1, frames.follow(frame.slice(i - 1, 1), false));
      assertFalse(frames.atBoundary(), i + " of " + size);
    }
    frames.follow(frame.slice(size - 1, 1), false);
    assertTrue(frames.atBoundary());
    assertFalse(frames.closed());
  }

  @Test
  void theRestOfAFrameAndNotTheNext() {
    ByteBuf two = Unpooled.wrappedBuffer(frame(1, 10, false), frame(1, 10, false));
    assertEquals(0, frames.follow(two, true), "it stands at a boundary already");
    frames.follow(two.readSlice(5), false);
    assertEquals(7, frames.follow(two, true));
    assertTrue(frames.atBoundary());
  }

  @Test
  void aCloseFrameIsSeen() {
    frames.follow(Unpooled.wrappedBuffer(frame(9, 3, true), frame(8, 2, true)), false);
    assertTrue(frames.closed());
    assertTrue(frames.atBoundary());
  }

  @Test
  void aLengthThatIsNoneHasNoEnd() {
    frames.follow(Unpooled.buffer().writeByte(0x82).writeByte(127).writeLong(-1), false);
    frames.follow(Unpooled.buffer().writeZero(1 << 20), false);
    assertFalse(frames.atBoundary());
  }
}
