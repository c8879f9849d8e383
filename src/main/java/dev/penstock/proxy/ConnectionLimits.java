package dev.penstock.proxy;

import dev.penstock.model.EdgeLimits;
import dev.penstock.proxy.client.ClientAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open client connections, in all and of each client, against the limits now in force. */
final class ConnectionLimits {

  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<ClientAddress, Integer> byClient = new ConcurrentHashMap<>();

  /** Counts a connection in; false when there are too many, and then it is not counted. */
  boolean opened(EdgeLimits limits) {
    if (open.incrementAndGet() > limits.maxConnections()) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void closed() {
    open.decrementAndGet();
  }

  /** Counts a client's connection in; false when it has too many, and then it is not counted. */
  boolean opened(ClientAddress client, EdgeLimits limits) {
    int max = limits.maxConnectionsPerClient();
    boolean[] counted = new boolean[1];
    byClient.compute(
        client,
        (_, count) -> {
          int now = count == null ? 0 : count;
          counted[0] = now < max;
          return counted[0] ? Integer.valueOf(now + 1) : count;
        });
    return counted[0];
  }

  void closed(ClientAddress client) {
    byClient.computeIfPresent(client, (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
  }

  int open() {
    return open.get();
  }
}
