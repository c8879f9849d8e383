package dev.penstock.proxy.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** What Netty calls in the course of a read, and what is known of the read then. */
class RingReadsTest {

  private final EmbeddedChannel channel = new EmbeddedChannel();

  private ExtendedHandle watched() {
    RingReads.watch(channel);
    var handle = (ExtendedHandle) channel.config().getRecvByteBufAllocator().newHandle();
    handle.reset(channel.config());
    return handle;
  }

  private void begin(ExtendedHandle read) {
    ByteBuf room = read.allocate(channel.alloc());
    room.release();
  }

  @Test
  void aReadIsOutstandingFromItsBeginToItsEnd() {
    var read = watched();
    assertFalse(RingReads.outstanding(channel));
    begin(read);
    assertTrue(RingReads.outstanding(channel));
    read.lastBytesRead(10);
    assertFalse(RingReads.outstanding(channel));
  }

  @Test
  void theEndOfTheStreamAndNothingToReadEndAReadToo() {
    var read = watched();
    for (int bytes : new int[] {0, -1}) {
      begin(read);
      read.lastBytesRead(bytes);
      assertFalse(RingReads.outstanding(channel));
    }
  }

  @Test
  void aReadThatWasCancelledCountsUntilTheNextHasEnded() {
    var read = watched();
    begin(read);
    read.readComplete();
    assertTrue(RingReads.outstanding(channel));
    begin(read);
    read.lastBytesRead(1);
    assertFalse(RingReads.outstanding(channel));
  }

  @Test
  void aChannelThatIsNotWatchedReadsWhereItBegins() {
    assertFalse(RingReads.outstanding(channel));
  }
}
