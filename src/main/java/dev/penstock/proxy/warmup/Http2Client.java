package dev.penstock.proxy.warmup;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Asks several things at once, each on a stream of its own (RFC 9113). But for the header lists,
 * frames are read and written here, not by the codec that the proxy uses: what the JVM learns of
 * that one should come of the proxy. It only has to understand what the proxy writes, and asks too
 * little to use up a window.
 */
final class Http2Client implements Client {

  private static final int FRAME_HEADER = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ACK = 1;
  private static final AsciiString SCHEME = AsciiString.cached("https");
  private static final AsciiString LENGTH = AsciiString.cached("content-length");

  /** With Huffman codes for every string, as clients send them. */
  private final Http2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true, 64, 0);

  private final Channel channel;
  private final Answers answers;
  private int nextStream = 1;

  private Http2Client(Channel channel, Answers answers) {
    this.channel = channel;
    this.answers = answers;
  }

  static Http2Client connect(Loop loop, InetSocketAddress address) throws IOException {
    var answers = new Answers();
    Channel channel = Dial.to(loop, address, Optional.of(ApplicationProtocolNames.HTTP_2), answers);
    return new Http2Client(channel, answers);
  }

  /** What a stream was answered, once it has ended; 0 when the connection has. */
  private record Answer(int stream, String status) {}

  @Override
  public void ask(List<Requests.Request> requests) throws IOException, InterruptedException {
    long until = Client.patience();
    ByteBuf out = Unpooled.buffer();
    Map<Integer, Requests.Request> asked = new HashMap<>();
    for (Requests.Request request : requests) {
      asked.put(nextStream, request);
      write(out, nextStream, request);
      nextStream += 2;
    }
    channel.writeAndFlush(out);
    while (!asked.isEmpty()) {
      Answer answer = Client.next(answers.queue, until);
      Requests.Request request = answer == null ? null : asked.remove(answer.stream());
      if (answer == null || request == null) {
        throw Client.unexpected(requests.getFirst(), answer == null ? "nothing" : "a close");
      }
      if (!answer.status().equals(Integer.toString(request.status()))) {
        throw Client.unexpected(request, answer.status());
      }
    }
  }

  private void write(ByteBuf out, int stream, Requests.Request request) throws IOException {
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers(request), block);
    } catch (Http2Exception e) {
      throw new IOException("the warm-up cannot ask", e);
    }
    boolean ends = request.body().isEmpty();
    int flags = END_HEADERS | (ends ? END_STREAM : 0);
    frame(out, block.readableBytes(), Http2FrameTypes.HEADERS, flags, stream).writeBytes(block);
    if (!ends) {
      frame(out, request.body().length(), Http2FrameTypes.DATA, END_STREAM, stream);
      ByteBufUtil.writeAscii(out, request.body());
    }
  }

  private static Http2Headers headers(Requests.Request request) {
    List<AsciiString> fields = new ArrayList<>();
    request
        .fields()
        .forEach(
            (name, value) -> {
              fields.add(AsciiString.cached(name));
              fields.add(AsciiString.cached(value));
            });
    if (!request.body().isEmpty() && request.sized()) {
      fields.add(LENGTH);
      fields.add(AsciiString.cached(Integer.toString(request.body().length())));
    }
    return ReadOnlyHttp2Headers.clientHeaders(
        false,
        AsciiString.cached(request.method()),
        AsciiString.cached(request.target()),
        SCHEME,
        AsciiString.cached(Requests.AUTHORITY),
        fields.toArray(new AsciiString[0]));
  }

  /** Writes the header of a frame (RFC 9113 section 4.1). */
  private static ByteBuf frame(ByteBuf out, int length, byte type, int flags, int stream) {
    return out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Answers extends SimpleChannelInboundHandler<ByteBuf> {

    private final BlockingQueue<Answer> queue = new LinkedBlockingQueue<>();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, String> begun = new HashMap<>();
    private final ByteBuf in = Unpooled.buffer();

    /** The preface comes before all else, the answer to the proxy's settings included. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ByteBuf preface = ctx.alloc().buffer().writeBytes(Http2CodecUtil.connectionPrefaceBuf());
      ctx.writeAndFlush(frame(preface, 0, Http2FrameTypes.SETTINGS, 0, 0));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf part) throws Http2Exception {
      in.discardReadBytes().writeBytes(part);
      while (in.readableBytes() >= FRAME_HEADER
          && in.readableBytes() >= FRAME_HEADER + in.getUnsignedMedium(in.readerIndex())) {
        read(ctx);
      }
    }

    private void read(ChannelHandlerContext ctx) throws Http2Exception {
      int length = in.readUnsignedMedium();
      byte type = in.readByte();
      int flags = in.readByte();
      int stream = in.readInt();
      ByteBuf payload = in.readSlice(length);
      if (type == Http2FrameTypes.SETTINGS && flags != ACK) {
        ctx.writeAndFlush(frame(ctx.alloc().buffer(), 0, type, ACK, 0));
      } else if (type == Http2FrameTypes.HEADERS) {
        CharSequence status = decoder.decodeHeaders(stream, payload).status();
        begun.putIfAbsent(stream, String.valueOf(status)); // trailers have none
      }
      if ((type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.DATA)
          && (flags & END_STREAM) != 0) {
        queue.add(
            new Answer(stream, Objects.requireNonNullElse(begun.remove(stream), "no status")));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      queue.add(new Answer(0, ""));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
