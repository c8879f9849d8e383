package dev.penstock.proxy.behaviour;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 client that sends just the frames it is told to, and tells what came back. */
final class Http2Client implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int INTERNAL_ERROR = 2;
  static final int CANCEL = 8;
  static final int ENHANCE_YOUR_CALM = 11;

  /** A frame as it came. */
  record Frame(int type, int flags, int stream, ByteBuffer payload) {

    boolean ends() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /** Of RST_STREAM and GOAWAY. */
    int errorCode() {
      return payload.getInt(type == GOAWAY ? 4 : 0);
    }

    int lastStream() {
      return payload.getInt(0) & Integer.MAX_VALUE;
    }

    String text() {
      return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    }
  }

  /** What a stream came to: header lists in order, and the body; or its reset. */
  record Answer(List<Http2Headers> heads, String body, int reset) {

    int status() {
      return Integer.parseInt(String.valueOf(heads.getLast().status()));
    }

    @Nullable String header(String name) {
      for (Http2Headers head : heads) {
        CharSequence value = head.get(name);
        if (value != null) {
          return value.toString();
        }
      }
      return null;
    }
  }

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  /** Connects and sends the preface with these SETTINGS: identifier, value, identifier, value. */
  Http2Client(int port, int... settings) {
    this(trusting(), port, settings);
  }

  /** The same with that side of TLS. */
  Http2Client(SSLContext tls, int port, int... settings) {
    try {
      socket =
          (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      in = new DataInputStream(socket.getInputStream());
      unsent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      // The proxy's own are on their way in any case, so they can be acknowledged at once.
      frame(SETTINGS, 0, 0, settings(settings)).frame(SETTINGS, ACK, 0, new byte[0]).flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] settings(int... pairs) {
    var bytes = ByteBuffer.allocate(pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      bytes.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    return bytes.array();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** A header block of literals that are not indexed: name, value, name, value. */
  static byte[] block(String... pairs) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < pairs.length; i += 2) {
      block.write(0);
      literal(block, pairs[i]);
      literal(block, pairs[i + 1]);
    }
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      for (length -= 127; length >= 128; length >>>= 7) {
        block.write((length & 127) | 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  /** The header list of a request, with more behind it. */
  static String[] request(String method, String path, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                ":method", method, ":scheme", "https", ":authority", "localhost", ":path", path));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Keeps a frame until {@link #flush}. */
  Http2Client frame(int type, int flags, int stream, byte[] payload) {
    var header = ByteBuffer.allocate(9);
    header.putInt((payload.length << 8) | type).put((byte) flags).putInt(stream);
    unsent.writeBytes(header.array());
    unsent.writeBytes(payload);
    return this;
  }

  Http2Client flush() throws IOException {
    byte[] bytes = unsent.toByteArray();
    unsent.reset();
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends all, and takes it as good that the proxy ends the connection meanwhile. */
  void flushUntilRefused() {
    try {
      flush();
    } catch (IOException e) {
      // What it said before is still to be read.
    }
  }

  /** Sends a whole request without a body. */
  Http2Client get(int stream, String path, String... more) throws IOException {
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, block(request("GET", path, more)))
        .flush();
  }

  /** Sends the head of a request with a body. */
  Http2Client post(int stream, String path, String... more) throws IOException {
    return frame(HEADERS, END_HEADERS, stream, block(request("POST", path, more))).flush();
  }

  Http2Client data(int stream, String text, boolean last) throws IOException {
    return frame(DATA, last ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8))
        .flush();
  }

  /** The next frame; null when the proxy has ended the connection. */
  @Nullable Frame read() {
    try {
      int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      return new Frame(type, flags, stream, ByteBuffer.wrap(in.readNBytes(length)));
    } catch (IOException e) {
      return null;
    }
  }

  /** Reads over frames until one that fits; fails when the connection ends before. */
  Frame await(Predicate<Frame> wanted) throws Http2Exception {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (wanted.test(frame)) {
        return frame;
      }
      if (frame.type() == HEADERS) {
        decode(frame); // keeps the table of the decoder right
      }
    }
    throw new AssertionError("the connection ended first");
  }

  Frame await(int type) throws Http2Exception {
    return await(frame -> frame.type() == type);
  }

  /** Reads until the stream's end or reset. */
  Answer answer(int stream) throws Http2Exception {
    List<Http2Headers> heads = new ArrayList<>();
    var body = new StringBuilder();
    while (true) {
      Frame frame = read();
      if (frame == null) {
        throw new AssertionError("the connection ended within " + heads + body);
      }
      Http2Headers decoded = frame.type() == HEADERS ? decode(frame) : null;
      if (frame.type() == GOAWAY && frame.errorCode() != NO_ERROR) {
        throw new AssertionError("GOAWAY " + frame.errorCode() + ": " + frame.text());
      }
      if (frame.stream() != stream) {
        continue;
      }
      if (decoded != null) {
        heads.add(decoded);
      } else if (frame.type() == DATA) {
        body.append(frame.text());
      }
      if (frame.ends() || frame.type() == RST_STREAM) {
        int reset = frame.type() == RST_STREAM ? frame.errorCode() : -1;
        return new Answer(heads, body.toString(), reset);
      }
    }
  }

  Http2Headers decode(Frame frame) throws Http2Exception {
    ByteBuf block = Unpooled.wrappedBuffer(frame.payload().duplicate());
    return headers.decodeHeaders(frame.stream(), block);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }

  private static final class TrustsAll implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
