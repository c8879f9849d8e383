package dev.penstock.proxy;

import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.overload.MemoryGauge;
import dev.penstock.proxy.overload.MemoryWatch;
import dev.penstock.proxy.overload.Overload;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a proxy does while there is no memory for more. */
final class LoadShedding implements Overload.Actions, AutoCloseable {

  private static final StageResult.Respond REFUSAL =
      new StageResult.Respond(
          503,
          Reason.OVERLOADED,
          "the gateway is short of memory",
          List.of(Map.entry("Retry-After", "5")));

  /** What was broken off needs a moment to be freed; until then it must not count again. */
  private static final long GIVE_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Supplier<List<Listener>> listeners;
  private final ProxyMetrics metrics;
  private final Overload overload;
  private final MemoryWatch watch;
  private long nextGiveBack = System.nanoTime();

  /**
   * @param listeners those that there are when it comes to it
   */
  LoadShedding(List<MemoryGauge> gauges, ProxyMetrics metrics, Supplier<List<Listener>> listeners) {
    this.listeners = listeners;
    this.metrics = metrics;
    this.overload = new Overload(gauges, this);
    this.watch = MemoryWatch.start(overload);
  }

  /** Whether new requests are refused, which is asked for each. */
  boolean on() {
    return overload.shedding();
  }

  /** The answer of a request that is refused. */
  static StageResult.Respond refusal() {
    return REFUSAL;
  }

  @Override
  public void shedding(boolean on) {
    metrics.shedding(on);
  }

  @Override
  public void accepting(boolean on) {
    listeners.get().forEach(listener -> listener.setAccepting(on));
  }

  @Override
  public void giveBack(long bytes) {
    if (System.nanoTime() - nextGiveBack < 0) {
      return;
    }
    nextGiveBack = System.nanoTime() + GIVE_BACK_NANOS;
    Map<Worker, List<ClientConnection>> byWorker = new HashMap<>();
    for (Listener listener : listeners.get()) {
      for (ClientConnection connection : listener.connections().open()) {
        byWorker.computeIfAbsent(connection.worker(), _ -> new ArrayList<>()).add(connection);
      }
    }
    byWorker.forEach(
        (worker, connections) ->
            worker.loop().execute(() -> breakOff(connections, bytes / byWorker.size())));
  }

  private record Holder(ClientConnection connection, long held) {}

  /** Breaks off those that hold most, until they come to that many bytes. */
  private static void breakOff(List<ClientConnection> connections, long bytes) {
    List<Holder> holders =
        connections.stream()
            .map(connection -> new Holder(connection, connection.held()))
            .filter(holder -> holder.held() > 0)
            .sorted(Comparator.comparingLong(Holder::held).reversed())
            .toList();
    long freed = 0;
    for (Holder holder : holders) {
      if (freed >= bytes) {
        return;
      }
      freed += holder.held();
      holder.connection().cutOff(REFUSAL);
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
