package dev.penstock.translate;

import dev.penstock.api.v1alpha1.ColdStart;
import dev.penstock.api.v1alpha1.Concurrency;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.Queue;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.concurrency}: nginx's {@code limit_conn} or {@code max_conns}, with a queue. */
final class ConcurrencyTranslator {

  private static final int MOST = 100_000;

  private ConcurrencyTranslator() {}

  static Optional<dev.penstock.model.Concurrency> translate(
      @Nullable Concurrency given, Problems at) {
    if (given == null) {
      return Optional.empty();
    }
    Optional<dev.penstock.model.Concurrency.Queue> queue =
        Optional.ofNullable(given.queue()).map(each -> queue(each, at.at("queue")));
    boolean hold = given.coldStart() == ColdStart.HOLD;
    if (hold && queue.isEmpty()) {
      at.at("coldStart").unsupported("Hold needs a queue to wait in; set concurrency.queue");
      return Optional.empty();
    }
    Integer maxInFlight = given.maxInFlight();
    if (maxInFlight == null) {
      at.at("maxInFlight").unsupported("is missing; set how many requests the backend takes");
      return Optional.empty();
    }
    return Values.inRange(maxInFlight, 1, MOST, at.at("maxInFlight"))
        ? Optional.of(
            new dev.penstock.model.Concurrency(
                maxInFlight,
                queue,
                hold
                    ? dev.penstock.model.Concurrency.ColdStart.HOLD
                    : dev.penstock.model.Concurrency.ColdStart.FAIL))
        : Optional.empty();
  }

  private static dev.penstock.model.Concurrency.Queue queue(Queue given, Problems at) {
    int depth = Values.number(given.maxDepth(), Defaults.QUEUE_DEPTH, 1, MOST, at.at("maxDepth"));
    Duration timeout = Values.duration(given.timeout(), Defaults.QUEUE_TIMEOUT, at.at("timeout"));
    Optional<Duration> heartbeat =
        Optional.ofNullable(given.heartbeat())
            .map(text -> Values.duration(text, Defaults.QUEUE_TIMEOUT, at.at("heartbeat")));
    return new dev.penstock.model.Concurrency.Queue(depth, timeout, heartbeat);
  }
}
