package dev.penstock.proxy;

import dev.penstock.model.Concurrency;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.queue.PermitQueue;
import dev.penstock.proxy.queue.PermitQueues;
import dev.penstock.proxy.queue.StartGate;
import dev.penstock.proxy.stage.StageResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The queues of services, beyond one config: who waits or is at a backend counts on when the bounds
 * change, and also when a service goes and comes back meanwhile.
 */
final class Queues {

  /**
   * What all requests of one service pass, whichever config they began with.
   *
   * @param keeper where its permits are kept; once that is another place, the line is a new one
   */
  record Line(PermitQueues keeper, PermitQueue permits, StartGate<StageResult.Respond> gate) {}

  private final Supplier<PermitQueues> permits;
  private final LongSupplier nanoClock;
  private final Map<ResourceName, Line> prepared = new HashMap<>();
  private final List<Runnable> resizes = new ArrayList<>();
  private Map<ResourceName, Line> running = Map.of();
  private volatile boolean stopping;

  /**
   * @param permits where permits are kept in the config that is being prepared
   */
  Queues(Supplier<PermitQueues> permits, LongSupplier nanoClock) {
    this.permits = permits;
    this.nanoClock = nanoClock;
  }

  /** The line of a service in the config that is being prepared. */
  Line line(ResourceName service, Concurrency concurrency) {
    Line line = prepared.getOrDefault(service, running.get(service));
    PermitQueues keeper = permits.get();
    if (line == null || !line.keeper().equals(keeper)) {
      line =
          new Line(
              keeper,
              keeper.open(service, concurrency.maxInFlight(), depth(concurrency)),
              new StartGate<>(nanoClock));
    }
    PermitQueue queue = line.permits();
    resizes.add(() -> queue.resize(concurrency.maxInFlight(), depth(concurrency)));
    prepared.put(service, line);
    return line;
  }

  /**
   * Sets the bounds of the prepared config, and forgets lines that it does not have once nobody is
   * in them.
   *
   * @param taken whether the prepared config is in use, or was given up
   */
  void settle(boolean taken) {
    if (taken) {
      resizes.forEach(Runnable::run);
      Map<ResourceName, Line> next = new HashMap<>(prepared);
      running.forEach(
          (service, line) -> {
            if (!line.permits().idle()) {
              next.putIfAbsent(service, line);
            }
          });
      running = next;
    }
    resizes.clear();
    prepared.clear();
  }

  /**
   * From now on nobody who waits gets to a backend: the permits of those that are cut off there
   * would else let others in that are cut off next.
   */
  void stop() {
    stopping = true;
  }

  boolean stopping() {
    return stopping;
  }

  private static int depth(Concurrency concurrency) {
    return concurrency.queue().map(Concurrency.Queue::maxDepth).orElse(0);
  }
}
