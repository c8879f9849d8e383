package dev.penstock.proxy.http;

import dev.penstock.proxy.io.Splicing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a channel. What is small is gathered in one buffer, so that head, body and
 * last chunk of a small message cost one write and one flush of a read batch costs one system call.
 */
public final class MessageWriter {

  /** Up to here a copy is cheaper than another buffer in the gathering write. */
  private static final int COPY_BELOW = 4096;

  /** The longest size line (8 digits) and two CRLF. */
  private static final int CHUNK_OVERHEAD = 12;

  private static final byte[] LAST_CHUNK = Ascii.bytes("0\r\n\r\n");
  private static final byte[] LAST_CHUNK_SIZE = Ascii.bytes("0\r\n");

  private final Channel channel;
  private @Nullable ByteBuf gathered;
  private boolean unflushed;

  public MessageWriter(Channel channel) {
    this.channel = channel;
  }

  /** Writes a head. */
  public void head(HeadBuffer head) {
    writeGathered();
    gathered = head.toBuffer(channel.alloc());
    unflushed = true;
  }

  /** Writes body bytes as they are; takes over the buffer. */
  public void data(ByteBuf data) {
    unflushed = true;
    if (gathered != null && data.readableBytes() <= gathered.writableBytes()) {
      gathered.writeBytes(data);
      data.release();
      return;
    }
    writeGathered();
    channel.write(data, channel.voidPromise());
  }

  /** Writes body bytes that stay in the kernel; takes them over. */
  public void spliced(FileRegion part) {
    if (gathered == null && Splicing.sendNow(channel, part)) {
      part.release();
      return;
    }
    unflushed = true;
    writeGathered();
    channel.write(part, channel.voidPromise());
  }

  /** Writes body bytes as one chunk (RFC 9112 section 7.1); takes over the buffer. */
  public void chunk(ByteBuf data) {
    int size = data.readableBytes();
    if (size == 0) {
      data.release();
      return;
    }
    if (size < COPY_BELOW) {
      ByteBuf into = room(size + CHUNK_OVERHEAD);
      sizeLine(into, size);
      into.writeBytes(data).writeByte('\r').writeByte('\n');
      data.release();
      return;
    }
    sizeLine(room(CHUNK_OVERHEAD), size);
    data(data);
    room(CHUNK_OVERHEAD).writeByte('\r').writeByte('\n');
  }

  /** Writes the last chunk, with those of the trailers that may pass. */
  public void lastChunk(HeadBuffer scratch, @Nullable Fields trailers) {
    if (trailers == null) {
      room(LAST_CHUNK.length).writeBytes(LAST_CHUNK);
      return;
    }
    scratch.clear().add(LAST_CHUNK_SIZE).lines(trailers, Fields::mayTrail).crlf();
    writeGathered();
    gathered = scratch.toBuffer(channel.alloc());
    unflushed = true;
  }

  /** Flushes if anything was written since the last flush. */
  public void flush() {
    if (unflushed) {
      unflushed = false;
      writeGathered();
      channel.flush();
    }
  }

  /** Frees what was gathered and not written, for a channel that is gone. */
  public void discard() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    unflushed = false;
  }

  private ByteBuf room(int size) {
    unflushed = true;
    ByteBuf buffer = gathered;
    if (buffer == null || buffer.writableBytes() < size) {
      writeGathered();
      buffer = channel.alloc().directBuffer(size + 512);
      gathered = buffer;
    }
    return buffer;
  }

  private void writeGathered() {
    ByteBuf buffer = gathered;
    if (buffer != null) {
      gathered = null;
      channel.write(buffer, channel.voidPromise());
    }
  }

  private static void sizeLine(ByteBuf into, int size) {
    int shift = 28 - (Integer.numberOfLeadingZeros(size | 1) & ~3);
    for (; shift >= 0; shift -= 4) {
      int digit = size >>> shift & 0xf;
      into.writeByte(digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    into.writeByte('\r').writeByte('\n');
  }
}
