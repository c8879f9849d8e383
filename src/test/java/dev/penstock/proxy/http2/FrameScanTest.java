package dev.penstock.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FrameScanTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final FrameBudget budget = new FrameBudget(0);
  private final FrameScan scan = new FrameScan(budget);

  FrameScanTest() {
    assertTrue(scan.scan(Unpooled.wrappedBuffer(new byte[24]), 0)); // the preface
  }

  private static ByteBuf frame(int type, int flags, int length) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeMedium(length).writeByte(type).writeByte(flags).writeInt(1).writeZero(length);
    return frame;
  }

  @Test
  void nothingIsTakenFromWhatIsScanned() {
    ByteBuf frame = frame(DATA, 0, 10);
    assertTrue(scan.scan(frame, 0));
    assertEquals(19, frame.readableBytes());
  }

  @Test
  void aHeaderBlockIsOpenFromItsFirstByteToItsLast() {
    ByteBuf frame = frame(HEADERS, END_HEADERS, 10);
    assertTrue(scan.scan(frame.readSlice(8), 0));
    assertFalse(scan.inHeaders());
    assertTrue(scan.scan(frame.readSlice(10), 0));
    assertTrue(scan.inHeaders());
    assertTrue(scan.scan(frame, 0));
    assertFalse(scan.inHeaders());
    assertEquals(1, scan.blocks());
  }

  @Test
  void aHeaderBlockGoesOnOverContinuations() {
    scan.scan(frame(HEADERS, 0, 10), 0);
    assertTrue(scan.inHeaders());
    scan.scan(frame(CONTINUATION, 0, 10), 0);
    assertTrue(scan.inHeaders());
    scan.scan(frame(CONTINUATION, END_HEADERS, 0), 0);
    assertFalse(scan.inHeaders());
    assertEquals(1, scan.blocks());
  }

  @Test
  void framesThatDoNoWorkAreCountedHoweverTheyAreCut() {
    ByteBuf flood = Unpooled.buffer();
    for (int i = 0; i < FrameBudget.CONTROL_FRAMES; i++) {
      flood.writeBytes(frame(PING, 0, 8));
    }
    while (flood.isReadable()) {
      assertTrue(scan.scan(flood.readSlice(Math.min(7, flood.readableBytes())), 0));
    }
    assertFalse(scan.scan(frame(PING, 0, 8), 0));
  }

  @Test
  void emptyDataIsNoWork() {
    for (int i = 0; i < FrameBudget.CONTROL_FRAMES; i++) {
      assertTrue(scan.scan(frame(DATA, 0, 0), 0));
    }
    assertFalse(scan.scan(frame(DATA, 0, 0), 0));
  }

  @Test
  void workAllowsForMoreFramesBesideIt() {
    for (int i = 0; i < 100; i++) {
      assertTrue(scan.scan(frame(DATA, 0, 100), 0));
    }
    int allowed = FrameBudget.CONTROL_FRAMES + 100 * FrameBudget.CONTROL_FRAMES_PER_WORK;
    for (int i = 0; i < allowed; i++) {
      assertTrue(scan.scan(frame(PING, 0, 8), 0));
    }
    assertFalse(scan.scan(frame(PING, 0, 8), 0));
  }

  @Test
  void theCountStartsAnewAfterItsTime() {
    for (int i = 0; i < FrameBudget.CONTROL_FRAMES; i++) {
      assertTrue(scan.scan(frame(PING, 0, 8), 0));
    }
    assertFalse(scan.scan(frame(PING, 0, 8), FrameBudget.WINDOW_NANOS - 1));
    assertTrue(scan.scan(frame(PING, 0, 8), FrameBudget.WINDOW_NANOS));
  }

  @Test
  void resetsAreAllowedForAsManyStreamsAsAreFinished() {
    for (int i = 0; i < 50; i++) {
      budget.finished();
    }
    for (int i = 0; i < FrameBudget.RESETS + 50; i++) {
      assertTrue(budget.reset(0));
    }
    assertFalse(budget.reset(0));
    assertTrue(budget.reset(FrameBudget.WINDOW_NANOS));
  }
}
