package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Feeds bytes to the parser as a connection does and tells in text what it took them for. */
final class Wire implements BodySink {

  private static final int MAX_FIELDS = 20;

  private final HeadReader reader = new HeadReader(256, 1024);
  private final RequestHead head = new RequestHead();
  private final BodyDecoder body = new BodyDecoder();
  private final StringBuilder read = new StringBuilder();
  private boolean inBody;

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static ByteBuf buffer(String text) {
    return Unpooled.wrappedBuffer(bytes(text));
  }

  /** What all requests in there come to; the text ends with {@code refused} if one was. */
  static String read(List<byte[]> pieces) {
    var wire = new Wire();
    try {
      for (byte[] piece : pieces) {
        wire.feed(Unpooled.wrappedBuffer(piece));
      }
    } catch (BadMessageException e) {
      wire.read.append("refused");
    }
    return wire.read.toString();
  }

  /** Cuts at random places. */
  static List<byte[]> cut(byte[] whole, RandomGenerator random) {
    List<byte[]> pieces = new ArrayList<>();
    int longest = 1 + random.nextInt(whole.length + 1);
    for (int at = 0; at < whole.length; ) {
      int size = Math.min(whole.length - at, 1 + random.nextInt(longest));
      byte[] piece = new byte[size];
      System.arraycopy(whole, at, piece, 0, size);
      pieces.add(piece);
      at += size;
    }
    return pieces;
  }

  private void feed(ByteBuf in) throws BadMessageException {
    while (in.isReadable()) {
      if (inBody) {
        body.decode(in, this);
      } else {
        reader.skipEmptyLine(in);
        if (reader.read(in)) {
          startMessage();
        }
      }
    }
  }

  private void startMessage() throws BadMessageException {
    head.parse(reader.bytes(), reader.startLineEnd(), reader.length(), MAX_FIELDS);
    read.append(head.methodName())
        .append(' ')
        .append(Ascii.string(head.bytes(), head.targetStart(), head.targetEnd()))
        .append(" 1.")
        .append(head.minorVersion())
        .append(head.keepAlive() ? " keep" : " close")
        .append(head.upgrade() ? " upgrade" : "")
        .append(head.expectContinue() ? " expect" : "")
        .append('\n');
    append(head.fields());
    body.start(head.bodyLength());
    inBody = !body.done();
    if (!inBody) {
      endMessage();
    }
  }

  private void append(Fields fields) {
    for (int i = 0; i < fields.size(); i++) {
      read.append(fields.known(i)).append(' ').append(fields.name(i)).append('=');
      read.append(fields.value(i)).append('\n');
    }
  }

  private void endMessage() {
    read.append("\nend\n");
    reader.reset();
    head.reset();
    inBody = false;
  }

  @Override
  public void onData(ByteBuf data) {
    read.append(data.toString(StandardCharsets.ISO_8859_1));
    data.release();
  }

  @Override
  public void onEnd(@Nullable Fields trailers) {
    if (trailers != null) {
      read.append("\ntrailers\n");
      append(trailers);
    }
    endMessage();
  }
}
