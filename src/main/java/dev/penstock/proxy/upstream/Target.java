package dev.penstock.proxy.upstream;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** One address of a backend, shared by all workers, with a pool for each. */
final class Target {

  private final InetSocketAddress address;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final ConnectionPool[] pools;
  private final H2cPool[] streams;
  private volatile boolean retired;

  Target(InetSocketAddress address, int workers) {
    this.address = address;
    this.pools = new ConnectionPool[workers];
    this.streams = new H2cPool[workers];
    for (int i = 0; i < workers; i++) {
      pools[i] = new ConnectionPool(this);
      streams[i] = new H2cPool(this);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** Requests at work on it now, over all workers. */
  int outstanding() {
    return outstanding.get();
  }

  void started() {
    outstanding.incrementAndGet();
  }

  void finished() {
    outstanding.decrementAndGet();
  }

  ConnectionPool pool(Worker worker) {
    return pools[worker.index()];
  }

  /** The same for a backend that speaks HTTP/2. */
  H2cPool streams(Worker worker) {
    return streams[worker.index()];
  }

  /** The address has left the name: what is under way ends, nothing is kept. */
  void retire(Iterable<Worker> workers) {
    retired = true;
    for (Worker worker : workers) {
      worker
          .loop()
          .execute(
              () -> {
                pool(worker).closeIdle();
                streams(worker).closeIdle();
              });
    }
  }

  boolean retired() {
    return retired;
  }
}
