package dev.penstock.operator.status;

import dev.penstock.operator.leader.Gate;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events behind the statuses that they tell of, some at once and more at a pace: of thousands
 * of services that change together the API server is to take the statuses first. Nothing depends on
 * an event, so what does not fit is left out.
 */
final class EventSender implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
  private static final int MOST_WAITING = 5_000;
  private static final int AT_ONCE = 100;
  private static final Duration PACE = Duration.ofMillis(50);

  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final KubernetesClient client;
  private final Gate gate;
  private final Thread thread;

  EventSender(KubernetesClient client, Gate gate) {
    this.client = client;
    this.gate = gate;
    this.thread = Thread.ofVirtual().name("events").start(this::run);
  }

  /** Sends it later; never blocks. */
  void send(Event event) {
    if (!waiting.offer(event)) {
      LOG.debug("Event {} is left out: too many wait", event.getReason());
    }
  }

  private void run() {
    var pace = new Pace(AT_ONCE, PACE, System.nanoTime());
    try {
      while (true) {
        Event event = waiting.take();
        TimeUnit.NANOSECONDS.sleep(pace.next(System.nanoTime()));
        if (gate.isOpen()) {
          create(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the operator ends
    }
  }

  private void create(Event event) {
    try {
      client.resource(event).create();
    } catch (RuntimeException e) { // the next one may do better
      LOG.warn(
          "Event {} of {} {} was refused: {}",
          event.getReason(),
          event.getRegarding().getKind(),
          event.getRegarding().getName(),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
