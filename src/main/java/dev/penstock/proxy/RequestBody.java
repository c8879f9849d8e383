package dev.penstock.proxy;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on its way to a backend: how much of it has come, what of it can be sent
 * once more, and whether it waits for room. Lives on one event loop.
 */
final class RequestBody {

  private final ClientStream client;
  private final ExchangeRecord record;
  private final HeadBuffer scratch;
  private final @Nullable ReplayBuffer replay;
  private @Nullable Fields trailers;
  private long bytes;
  private boolean ended;
  private boolean paused;
  private boolean sentBefore;

  /**
   * @param scratch where trailers are written
   * @param empty whether there is none
   * @param kept whether its begin is kept, for it may have to be sent once more
   */
  RequestBody(
      ClientStream client, ExchangeRecord record, HeadBuffer scratch, boolean empty, boolean kept) {
    this.client = client;
    this.record = record;
    this.scratch = scratch;
    this.ended = empty;
    this.replay = kept ? new ReplayBuffer() : null;
  }

  /** Whether all of it has come. */
  boolean ended() {
    return ended;
  }

  /** Whether no more of it is read until the backend has taken some. */
  boolean paused() {
    return paused;
  }

  /** Whether all that was sent of it can be sent once more. */
  boolean repeatable() {
    return replay != null && replay.complete();
  }

  /** So much more has come; returns how much that makes in all. */
  long arrived(long more) {
    bytes += more;
    record.requestBytes(bytes);
    return bytes;
  }

  /** A backend was found: what another one got before is sent once more, and then the rest. */
  void begin(UpstreamStream up) {
    if (sentBefore && replay != null) {
      up.data(replay.take());
      if (ended) {
        end(up);
      }
    }
    if (!ended) {
      client.readBody(true);
    }
  }

  /** The backend is given up, and another one will get all of it. */
  void startOver() {
    sentBefore = true;
    paused = false;
    if (!ended) {
      client.readBody(false); // what came now would reach no connection
    }
  }

  /** Takes over the buffer. */
  void send(UpstreamStream up, ByteBuf data) {
    if (replay != null) {
      replay.add(data);
    }
    up.data(data);
    Channel target = repeatable() ? null : up.spliceTarget();
    if (target != null) {
      client.spliceBodyTo(target);
    }
  }

  /** It is whole. */
  void complete(@Nullable UpstreamStream up, @Nullable Fields last) {
    ended = true;
    trailers = last;
    if (up != null) {
      end(up);
    }
  }

  private void end(UpstreamStream up) {
    up.end(scratch, trailers);
  }

  /** The backend takes no more for now. */
  void pause() {
    paused = true;
    client.readBody(false);
  }

  /** The backend takes more again. */
  void resume() {
    paused = false;
    client.readBody(true);
  }

  /** It will not be sent once more. */
  void forget() {
    if (replay != null) {
      replay.giveUp();
    }
  }
}
