package dev.penstock.proxy.upstream;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 connections of one worker to one address. Each carries many requests; another is opened
 * only when those that are open take no more, and one at a time.
 */
final class H2cPool {

  private final Target target;
  private final List<H2cConnection> open = new ArrayList<>(1);
  private final ArrayDeque<Acquisition> waiting = new ArrayDeque<>();

  /** Until it is known how much the connection that is being opened takes. */
  private boolean connecting;

  H2cPool(Target target) {
    this.target = target;
  }

  InetSocketAddress address() {
    return target.address();
  }

  /** Gives a stream to who searches, now or once a connection stands. */
  void lease(Acquisition searching) {
    H2cConnection connection = withRoom();
    if (connection != null) {
      searching.succeed(connection.lease());
      return;
    }
    waiting.add(searching);
    if (!connecting) {
      connect(searching.dial());
    }
  }

  /** Nobody waits there any longer. */
  void forget(Acquisition searching) {
    if (waiting.remove(searching)) {
      target.finished();
    }
  }

  private @Nullable H2cConnection withRoom() {
    for (H2cConnection connection : open) {
      if (connection.hasRoom()) {
        return connection;
      }
    }
    return null;
  }

  private void connect(Dial dial) {
    connecting = true;
    dial.to(target, this::established);
  }

  private void established(Channel channel, @Nullable Throwable cause) {
    if (cause != null) {
      connecting = false;
      List<Acquisition> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(searching -> searching.failed(target, cause));
      return;
    }
    H2cConnection connection = H2cBuilder.connection(channel, this);
    channel.pipeline().addLast(connection);
    open.add(connection);
    serve();
  }

  /** The connection that was opened last takes what it will ever take, or is gone. */
  void settled() {
    connecting = false;
    serve();
  }

  private void serve() {
    while (!waiting.isEmpty()) {
      H2cConnection next = withRoom();
      if (next != null) {
        waiting.removeFirst().succeed(next.lease());
      } else {
        if (!connecting) {
          connect(waiting.getFirst().dial());
        }
        return;
      }
    }
  }

  /** A request on a connection has ended. */
  void returned() {
    target.finished();
  }

  /** A connection takes no more requests. */
  void remove(H2cConnection connection) {
    open.remove(connection);
  }

  boolean retired() {
    return target.retired();
  }

  void closeIdle() {
    List.copyOf(open).forEach(H2cConnection::retire);
  }
}
