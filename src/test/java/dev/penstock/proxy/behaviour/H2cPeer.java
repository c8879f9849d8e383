package dev.penstock.proxy.behaviour;

import dev.penstock.proxy.behaviour.Http2Client.Frame;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The backend's side of an HTTP/2 connection in plain text, frame by frame. */
final class H2cPeer {

  private static final int PREFACE = 24;

  /** A request's head as it came. */
  record Request(int stream, Http2Headers headers, boolean ended) {

    String header(String name) {
      return String.valueOf(headers.get(name));
    }
  }

  private final RawBackend.Connection connection;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);
  private @Nullable StringBuilder held;

  /** Reads the preface and sends these SETTINGS: identifier, value, identifier, value. */
  H2cPeer(RawBackend.Connection connection, int... settings) throws IOException {
    this(connection, new DataInputStream(connection.in()));
    settle(settings);
  }

  private H2cPeer(RawBackend.Connection connection, DataInputStream in) throws IOException {
    this.connection = connection;
    this.in = in;
    in.skipNBytes(PREFACE);
  }

  /** Reads the preface and sends nothing yet. */
  static H2cPeer unsettled(RawBackend.Connection connection) throws IOException {
    return new H2cPeer(connection, new DataInputStream(connection.in()));
  }

  /** Sends its SETTINGS, and acknowledges those of the proxy. */
  void settle(int... settings) throws IOException {
    frame(Http2Client.SETTINGS, 0, 0, Http2Client.settings(settings));
    frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
  }

  H2cPeer frame(int type, int flags, int stream, byte[] payload) throws IOException {
    var header = ByteBuffer.allocate(9);
    header.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream);
    String bytes =
        new String(header.array(), StandardCharsets.ISO_8859_1)
            + new String(payload, StandardCharsets.ISO_8859_1);
    if (held == null) {
      connection.send(bytes);
    } else {
      held.append(bytes);
    }
    return this;
  }

  /** Holds back what is sent from now on. */
  H2cPeer hold() {
    held = new StringBuilder();
    return this;
  }

  /** Sends what was held back, all at once. */
  void sendHeld() throws IOException {
    String all = String.valueOf(held);
    held = null;
    connection.send(all);
  }

  /** Waits until the proxy has read all that was sent to it; returns what it sent until then. */
  List<Frame> ping() throws IOException {
    frame(Http2Client.PING, 0, 0, new byte[8]);
    List<Frame> before = new ArrayList<>();
    Frame frame = read();
    while (frame.type() != Http2Client.PING || frame.flags() != Http2Client.ACK) {
      before.add(frame);
      frame = read();
    }
    return before;
  }

  H2cPeer headers(int stream, boolean last, String... pairs) throws IOException {
    int flags = Http2Client.END_HEADERS | (last ? Http2Client.END_STREAM : 0);
    return frame(Http2Client.HEADERS, flags, stream, Http2Client.block(pairs));
  }

  H2cPeer data(int stream, String text, boolean last) throws IOException {
    int flags = last ? Http2Client.END_STREAM : 0;
    return frame(Http2Client.DATA, flags, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  H2cPeer reset(int stream, int code) throws IOException {
    return frame(Http2Client.RST_STREAM, 0, stream, Http2Client.number(code));
  }

  H2cPeer goAway(int lastStream) throws IOException {
    return frame(
        Http2Client.GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(0).array());
  }

  /** A whole answer. */
  H2cPeer answer(int stream, String text) throws IOException {
    return headers(stream, false, ":status", "200").data(stream, text, true);
  }

  Frame read() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
  }

  Frame await(Predicate<Frame> wanted) throws IOException {
    Frame frame = read();
    while (!wanted.test(frame)) {
      frame = read();
    }
    return frame;
  }

  Frame await(int type) throws IOException {
    return await(frame -> frame.type() == type);
  }

  /** The next header list: of a request, or its trailers. */
  Request request() throws IOException, Http2Exception {
    Frame frame = await(Http2Client.HEADERS);
    var block = Unpooled.wrappedBuffer(frame.payload());
    return new Request(frame.stream(), headers.decodeHeaders(frame.stream(), block), frame.ends());
  }

  /** Reads on until the proxy ends the connection. */
  void awaitEnd() throws IOException {
    connection.awaitEnd();
  }
}
