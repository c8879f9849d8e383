package dev.penstock.operator.delivery;

import dev.penstock.model.ResourceName;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Brings configurations to proxies, and knows how those do. It is told what each gateway's proxies
 * shall have, as often as one likes; it works behind, for all proxies at once, and only ever sends
 * the newest.
 */
public final class Delivery implements AutoCloseable {

  private final Pace pace;
  private final Listener listener;
  private final Semaphore slots;
  private final PushCounts counts = new PushCounts();
  private final Map<ResourceName, Fleet> fleets = new HashMap<>();
  private boolean closed;

  /** Told what is worth a look. */
  @FunctionalInterface
  public interface Listener {

    /**
     * What {@link #states} says of the gateway has changed. Called on a courier's thread and
     * without locks; must not block for long.
     */
    void changed(ResourceName gateway);
  }

  /**
   * How fast it goes.
   *
   * @param connectTimeout for a connection to a proxy
   * @param timeout for an answer; a proxy answers a push when it runs
   * @param firstRetry after a proxy could not be asked; doubles each time
   * @param lastRetry the longest time between two, and the time after which a configuration that
   *     was refused is offered again
   * @param reportEvery how often a proxy is asked how it does
   * @param requestsAtOnce to all proxies
   */
  public record Pace(
      Duration connectTimeout,
      Duration timeout,
      Duration firstRetry,
      Duration lastRetry,
      Duration reportEvery,
      int requestsAtOnce) {

    public static Pace usual() {
      return new Pace(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMillis(200),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          64);
    }
  }

  /** The proxies of a gateway. */
  private static final class Fleet {

    private ControlAccess access;
    private ControlClient client;
    private final Map<String, Running> couriers = new TreeMap<>();

    Fleet(ControlAccess access, ControlClient client) {
      this.access = access;
      this.client = client;
    }
  }

  private record Running(Courier courier, Thread thread) {}

  public Delivery(Pace pace, Listener listener) {
    this.pace = pace;
    this.listener = listener;
    this.slots = new Semaphore(pace.requestsAtOnce());
  }

  /**
   * From now on exactly these proxies of the gateway shall have this. Returns at once; nothing
   * happens for what is as it was.
   *
   * @param pods all that run, whether ready or not
   * @throws IllegalArgumentException when the authority cannot be read; all stays as it was
   */
  public synchronized void deliver(
      ResourceName gateway, Parcel parcel, ControlAccess access, Collection<Pod> pods) {
    if (closed) {
      return;
    }
    Fleet fleet = fleet(gateway, access);
    var order = new Courier.Order(parcel, fleet.client, access.tokens());
    Map<String, Pod> wanted =
        pods.stream().collect(Collectors.toMap(Pod::name, Function.identity(), (a, _) -> a));
    fleet.couriers.values().removeIf(running -> endedUnless(wanted, running));
    for (Pod pod : wanted.values()) {
      Running running = fleet.couriers.get(pod.name());
      if (running == null) {
        fleet.couriers.put(pod.name(), start(gateway, pod, order));
      } else {
        running.courier().order(order);
      }
    }
  }

  /** What is known of the proxies that were last named to {@link #deliver}, by name. */
  public synchronized Map<String, PodState> states(ResourceName gateway) {
    return Optional.ofNullable(fleets.get(gateway))
        .map(
            fleet ->
                fleet.couriers.values().stream()
                    .map(Running::courier)
                    .collect(
                        Collectors.toMap(
                            courier -> courier.pod().name(),
                            Courier::state,
                            (one, _) -> one,
                            () -> new TreeMap<String, PodState>())))
        .orElseGet(TreeMap::new);
  }

  /** How pushes ended, of all gateways. */
  public PushCounts pushes() {
    return counts;
  }

  /** The gateway is gone, or no longer ours. */
  public synchronized void forget(ResourceName gateway) {
    Optional.ofNullable(fleets.remove(gateway)).ifPresent(Delivery::end);
  }

  /** Ends all of it, also requests under way. */
  @Override
  public synchronized void close() {
    closed = true;
    fleets.values().forEach(Delivery::end);
    fleets.clear();
  }

  private static void end(Fleet fleet) {
    fleet.couriers.values().forEach(running -> running.thread().interrupt());
    fleet.client.close();
  }

  private Fleet fleet(ResourceName gateway, ControlAccess access) {
    Fleet fleet = fleets.get(gateway);
    if (fleet == null) {
      fleet = new Fleet(access, client(access));
      fleets.put(gateway, fleet);
    } else if (!fleet.access.authorityPem().equals(access.authorityPem())) {
      ControlClient next = client(access);
      fleet.client.close(); // what it had under way is asked anew, by the next
      fleet.client = next;
    }
    fleet.access = access;
    return fleet;
  }

  private ControlClient client(ControlAccess access) {
    return new ControlClient(access.authorityPem(), pace.connectTimeout(), pace.timeout());
  }

  private static boolean endedUnless(Map<String, Pod> wanted, Running running) {
    boolean gone = !running.courier().pod().equals(wanted.get(running.courier().pod().name()));
    if (gone) {
      running.thread().interrupt();
    }
    return gone;
  }

  private Running start(ResourceName gateway, Pod pod, Courier.Order order) {
    var courier = new Courier(pod, order, pace, slots, counts, () -> listener.changed(gateway));
    return new Running(courier, Thread.ofVirtual().name("courier-" + pod.name()).start(courier));
  }
}
