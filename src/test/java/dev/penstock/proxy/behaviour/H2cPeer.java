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
import java.util.function.Predicate;

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

  /** Reads the preface and sends these SETTINGS: identifier, value, identifier, value. */
  H2cPeer(RawBackend.Connection connection, int... settings) throws IOException {
    this.connection = connection;
    in = new DataInputStream(connection.in());
    in.skipNBytes(PREFACE);
    frame(Http2Client.SETTINGS, 0, 0, Http2Client.settings(settings));
    frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
  }

  H2cPeer frame(int type, int flags, int stream, byte[] payload) throws IOException {
    var header = ByteBuffer.allocate(9);
    header.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream);
    connection.send(
        new String(header.array(), StandardCharsets.ISO_8859_1)
            + new String(payload, StandardCharsets.ISO_8859_1));
    return this;
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
