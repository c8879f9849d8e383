package dev.penstock.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the frames of a backend to the streams that they belong to. */
final class H2cFrames extends Http2FrameAdapter {

  private final H2cConnection connection;
  private final List<H2cStream> fed = new ArrayList<>();

  H2cFrames(H2cConnection connection) {
    this.connection = connection;
  }

  private @Nullable H2cStream of(int streamId) {
    return connection.of(connection.connection().stream(streamId));
  }

  private void noteFed(H2cStream stream) {
    if (fed.isEmpty() || fed.getLast() != stream) {
      fed.add(stream);
    }
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    connection.settled();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    H2cStream stream = of(streamId);
    if (stream != null) {
      noteFed(stream);
      stream.onHeaders(headers, endOfStream);
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    H2cStream stream = of(streamId);
    if (stream == null) {
      return data.readableBytes() + padding;
    }
    noteFed(stream);
    return stream.onData(data, padding, endOfStream);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
      throws Http2Exception {
    H2cStream stream = of(streamId);
    if (stream != null) {
      noteFed(stream);
      // RFC 9113 section 8.1: behind a whole answer the rest of the request may be refused.
      boolean brokenOff = stream.underWay();
      stream.onReset(errorCode == Http2Error.REFUSED_STREAM.code());
      if (brokenOff) {
        connection.countReset();
      }
    }
  }

  /** A read batch is over: the moment to flush what it caused. */
  void readComplete() {
    for (int i = 0; i < fed.size(); i++) {
      fed.get(i).onReadComplete();
    }
    fed.clear();
  }

  void writabilityChanged(Http2Stream stream) {
    H2cStream known = connection.of(stream);
    if (known != null) {
      known.onWritabilityChanged();
    }
  }

  void forEach(Consumer<H2cStream> action) {
    List<H2cStream> all = new ArrayList<>();
    try {
      connection
          .connection()
          .forEachActiveStream(
              stream -> {
                H2cStream known = connection.of(stream);
                if (known != null) {
                  all.add(known);
                }
                return true;
              });
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    all.forEach(action);
  }

  /** What the codec tells of the lives of streams. */
  Http2Connection.Listener streamEvents() {
    return new Http2ConnectionAdapter() {
      @Override
      public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        connection.takeNoMore();
        // RFC 9113 section 6.8: what is above was not, and will not be, looked at.
        forEach(stream -> stream.onGoAway(lastStreamId));
      }

      @Override
      public void onStreamClosed(Http2Stream stream) {
        H2cStream known = connection.of(stream);
        if (known != null) {
          known.onClosed();
        }
      }
    };
  }
}
