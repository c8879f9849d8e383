package dev.penstock.proxy.tunnel;

import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.upstream.DeadlineTimer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Two connections that have left HTTP (RFC 9110 section 7.8): what comes from one goes to the
 * other, no faster than that takes it. An end of sending is passed on as one. Lives on the event
 * loop of both.
 */
public final class Tunnel {

  /** A proxy that stops ends a tunnel that has been quiet for so long. */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** For a frame under way to end, and for both sides to answer the Close frame. */
  private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int GOING_AWAY = 1001;
  private static final int CLOSE_FRAME = 0x88;

  private final String protocol;
  private final TunnelEnd client;
  private final TunnelEnd backend;
  private final DeadlineTimer timer;
  private final long idleNanos;
  private final Listener listener;
  private Reason reason = Reason.NONE;

  /**
   * Bytes that waited to be taken when that was last looked at; 0 when something has come since.
   */
  private long pending;

  private boolean stopping;
  private boolean leaving;
  private boolean ended;

  /** Hears of the end, once. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Both connections are closed or being closed.
     *
     * @param toBackend bytes that came from the client and were passed on
     * @param toClient bytes that came from the backend and were passed on
     */
    void ended(Reason reason, long toBackend, long toClient);
  }

  /**
   * @param protocol what both sides speak now
   * @param idleNanos how long neither side may send or take anything
   */
  public Tunnel(EventLoop loop, String protocol, long idleNanos, Listener listener) {
    boolean webSocket = protocol.equalsIgnoreCase("websocket");
    this.protocol = protocol;
    this.client = new TunnelEnd(this, frames(webSocket));
    this.backend = new TunnelEnd(this, frames(webSocket));
    this.timer = new DeadlineTimer(loop, this::deadlinePassed);
    this.idleNanos = idleNanos;
    this.listener = listener;
  }

  private static Optional<WebSocketFrames> frames(boolean webSocket) {
    return webSocket ? Optional.of(new WebSocketFrames()) : Optional.empty();
  }

  /** What both sides speak now. */
  public String protocol() {
    return protocol;
  }

  /** The last handler of the client's connection from now on. */
  public ChannelHandler client() {
    return client;
  }

  /** The last handler of the backend's connection from now on. */
  public ChannelHandler backend() {
    return backend;
  }

  /**
   * Begins, when both handlers are in their places and the client has been sent the 101.
   *
   * @param early what the client sent behind its request; the tunnel owns it
   */
  public void start(@Nullable ByteBuf early) {
    client.start();
    backend.start();
    timer.set(idleNanos);
    if (early != null) {
      onData(client, early);
      backend.flush();
    }
    client.read(backend.isWritable());
    backend.read(client.isWritable());
  }

  private TunnelEnd other(TunnelEnd end) {
    return end == client ? backend : client;
  }

  void onData(TunnelEnd from, ByteBuf data) {
    if (leaving) {
      lastData(from, data);
      return;
    }
    timer.set(patience());
    pending = 0;
    from.frames().ifPresent(frames -> frames.follow(data, false));
    pass(from, data);
  }

  private void pass(TunnelEnd from, ByteBuf data) {
    TunnelEnd to = other(from);
    from.countPassed(data.readableBytes());
    to.write(data);
    if (!to.isWritable()) {
      from.read(false);
    }
  }

  void onReadComplete(TunnelEnd from) {
    other(from).flush();
  }

  void onWritabilityChanged(TunnelEnd end) {
    if (end.isWritable()) {
      other(end).read(true);
    }
  }

  void onInputEnded(TunnelEnd from) {
    other(from).endOutput();
  }

  void onClosed(TunnelEnd end) {
    if (ended) {
      return;
    }
    if (other(end).closed()) {
      end();
      return;
    }
    // Who closes first ends it; the other connection is closed for that.
    if (reason == Reason.NONE && !end.inputEnded()) {
      reason = end == client ? Reason.CLIENT_CLOSED : Reason.UPSTREAM_TRUNCATED;
    }
    other(end).closeWhenSent();
  }

  private long patience() {
    return stopping ? Math.min(QUIET_NANOS, idleNanos) : idleNanos;
  }

  private void deadlinePassed() {
    long before = pending;
    pending = client.pending() + backend.pending();
    if (leaving) {
      abort(Reason.DRAINED);
    } else if (pending > 0 && pending < before) {
      timer.set(patience()); // Slow, but it goes on.
    } else if (pending > 0 && before == 0) {
      timer.set(patience()); // From now on it is looked at.
    } else if (stopping) {
      goAway();
    } else {
      abort(Reason.TUNNEL_IDLE);
    }
  }

  /** The proxy stops: what is quiet ends soon, the rest when it is quiet or is cut off. */
  public void stop() {
    if (!stopping) {
      stopping = true;
      timer.set(patience());
    }
  }

  /** Ends the tunnel: WebSocket with a Close frame to both sides, behind the frame under way. */
  public void goAway() {
    if (leaving || ended) {
      return;
    }
    leaving = true;
    reason = Reason.DRAINED;
    if (client.frames().isEmpty()) {
      abort(Reason.DRAINED);
      return;
    }
    timer.set(LAST_WORDS_NANOS);
    sayGoodbye(backend, client);
    sayGoodbye(client, backend);
  }

  /** The rest of a frame is passed on, what is behind it comes too late. */
  private void lastData(TunnelEnd from, ByteBuf data) {
    WebSocketFrames frames = from.frames().orElseThrow();
    int rest = frames.follow(data, true);
    if (rest > 0) {
      pass(from, data.readRetainedSlice(rest));
      sayGoodbye(from, other(from));
    }
    data.release();
  }

  private void sayGoodbye(TunnelEnd from, TunnelEnd to) {
    WebSocketFrames frames = from.frames().orElseThrow();
    if (frames.atBoundary()) {
      if (!frames.closed()) {
        to.write(Unpooled.wrappedBuffer(closeFrame(to == backend)));
      }
      to.endOutput();
    }
  }

  /** RFC 6455 sections 5.3 and 7.4.1: a client masks what it sends, a server must not. */
  private static byte[] closeFrame(boolean masked) {
    byte high = (byte) (GOING_AWAY >> 8);
    byte low = (byte) GOING_AWAY;
    if (!masked) {
      return new byte[] {(byte) CLOSE_FRAME, 2, high, low};
    }
    byte[] key = new byte[4];
    ThreadLocalRandom.current().nextBytes(key);
    return new byte[] {
      (byte) CLOSE_FRAME,
      (byte) 0x82,
      key[0],
      key[1],
      key[2],
      key[3],
      (byte) (high ^ key[0]),
      (byte) (low ^ key[1])
    };
  }

  /** Cuts both connections. */
  public void abort(Reason why) {
    if (!ended) {
      reason = why;
      end();
      client.close();
      backend.close();
    }
  }

  private void end() {
    ended = true;
    timer.cancel();
    listener.ended(reason, client.passed(), backend.passed());
  }
}
