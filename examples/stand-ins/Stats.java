import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one stand-in saw. {@code started = finished + cancelled + in flight}; bytes are those of
 * bodies. Requests below {@code /stand-in/} are not counted.
 */
final class Stats {
  final AtomicLong started = new AtomicLong();
  final AtomicLong finished = new AtomicLong();
  final AtomicLong cancelled = new AtomicLong();
  final AtomicLong sent = new AtomicLong();
  final AtomicLong received = new AtomicLong();
  final AtomicLong connections = new AtomicLong();

  Map<String, Object> snapshot() {
    return new TreeMap<>(
        Map.of(
            "started", started.get(),
            "finished", finished.get(),
            "cancelled", cancelled.get(),
            "bytes", sent.get(),
            "received", received.get(),
            "connections", connections.get()));
  }
}
