package dev.penstock.proxy.upstream;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Idle connections of one worker to one address, the most recently used first. */
final class ConnectionPool {

  /**
   * How long a connection waits for its next request: shorter than the five seconds after which
   * uvicorn and Node close theirs, so that a request seldom meets a closing one.
   */
  static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final int MAX_IDLE = 256;

  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Target target;

  ConnectionPool(Target target) {
    this.target = target;
  }

  InetSocketAddress address() {
    return target.address();
  }

  /** A connection to use, or null when none is idle. */
  @Nullable UpstreamConnection poll() {
    UpstreamConnection connection = idle.pollFirst();
    while (connection != null && !connection.isActive()) {
      connection = idle.pollFirst();
    }
    return connection;
  }

  /** Keeps the connection unless there are enough or its address is no longer in use. */
  boolean offer(UpstreamConnection connection) {
    if (idle.size() >= MAX_IDLE || target.retired()) {
      return false;
    }
    idle.addFirst(connection);
    return true;
  }

  void remove(UpstreamConnection connection) {
    idle.remove(connection);
  }

  /** A leased connection is no longer at work. */
  void returned() {
    target.finished();
  }

  void closeIdle() {
    for (var connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
      connection.closeIdle();
    }
  }
}
