package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated traffic for many services and clients, each step decided by the local table, by a token
 * bucket in rational numbers and by Bucket4j's own, which must all agree.
 */
class ReplayTest {

  private static final int STEPS = 120_000;
  private static final int CLIENTS = 10;
  private static final List<Rate> RATES =
      List.of(
          Rate.parse("10r/m"),
          Rate.parse("6r/m"),
          Rate.parse("4r/m"),
          Rate.parse("7r/m"),
          Rate.parse("1r/h"),
          Rate.parse("13r/h"),
          Rate.parse("999999937r/h"),
          Rate.parse("1r/s"),
          Rate.parse("3r/s"),
          Rate.parse("1000000r/s"),
          Rate.parse("999999937r/s"),
          new Rate(1_000_000_000, Duration.ofSeconds(1)));
  private static final int[] BURSTS = {0, 1, 2, 5, 1_000, 1_000_000};

  private final ManualClock clock = new ManualClock(0);
  private final PriorityQueue<Edge> refills =
      new PriorityQueue<>(Comparator.comparingLong(Edge::time));
  private final LocalRateLimiter limiter = new LocalRateLimiter(10_000, clock);

  @ParameterizedTest
  @ValueSource(longs = {1, 20260101, 0x5eedL})
  void every_step_agrees_with_an_exact_bucket_and_with_bucket4j(long seed) {
    var random = new SplittableRandom(seed);
    List<Subject> subjects = subjects();
    int passed = 0;
    int edges = 0;
    for (int step = 0; step < STEPS; step++) {
      String where = "seed " + seed + ", step " + step;
      Optional<Edge> edge = random.nextInt(3) == 0 ? Optional.empty() : nextEdge();
      if (edge.isPresent()) {
        tryOn(edge.get(), where);
        edges++;
      } else {
        Subject subject = subjects.get(random.nextInt(subjects.size()));
        clock.advance(random.nextLong(1L << random.nextInt(1, 36)));
        for (int run = random.nextInt(8); run >= 0; run--) {
          clock.advance(random.nextLong(1L << random.nextInt(1, 16)));
          passed += subject.step(cost(random, subject), where) ? 1 : 0;
        }
      }
    }
    assertTrue(edges > STEPS / 10, edges + " steps at the very nanosecond of a refill");
    assertTrue(passed > STEPS / 10, passed + " passed");
  }

  /** The next refill within an hour, if any, that a refused request of before still waits for. */
  private Optional<Edge> nextEdge() {
    long now = clock.getAsLong();
    refills.removeIf(edge -> edge.time() <= now || edge.passes() != edge.subject().passes);
    return Optional.ofNullable(refills.peek())
        .filter(edge -> edge.time() - now <= Duration.ofHours(1).toNanos());
  }

  /** At the last nanosecond at which the request is refused and the first at which it passes. */
  private void tryOn(Edge edge, String where) {
    clock.advance(edge.time() - 1 - clock.getAsLong());
    assertFalse(edge.subject().step(edge.cost(), where), where);
    clock.advance(1);
    assertTrue(edge.subject().step(edge.cost(), where), where);
  }

  private static long cost(SplittableRandom random, Subject subject) {
    return random.nextInt(3) > 0 ? 1 : random.nextLong(1, subject.limit.capacity() + 1);
  }

  private List<Subject> subjects() {
    var subjects = new ArrayList<Subject>();
    for (Rate rate : RATES) {
      for (int burst : BURSTS) {
        for (int client = 0; client < CLIENTS; client++) {
          subjects.add(new Subject(rate, burst, client));
        }
      }
    }
    return subjects;
  }

  /** When the same request of a subject passes, if nothing else takes its tokens before. */
  private record Edge(long time, Subject subject, long cost, int passes) {}

  /** One client of one service, with its three buckets. */
  private final class Subject {
    private final LimitKey key;
    private final Limit limit;
    private final ExactBucket exact;
    private final Bucket bucket4j;
    private int passes;

    Subject(Rate rate, int burst, int client) {
      key = Limits.key((rate + "-" + burst).replace('/', '-'), client);
      limit = Limit.of(new RateLimit(rate, burst, Optional.empty(), 429, RateLimit.Mode.ENFORCE));
      exact = new ExactBucket(rate, burst, clock.getAsLong());
      bucket4j =
          Bucket.builder()
              .addLimit(
                  bandwidth ->
                      bandwidth.capacity(burst + 1L).refillGreedy(rate.requests(), rate.period()))
              .withCustomTimePrecision(new ManualMeter(clock))
              .build();
    }

    boolean step(long cost, String at) {
      String where = at + ", " + key;
      Decision expected = exact.take(cost, clock.getAsLong());
      var told = new ArrayList<Decision>();
      limiter.decide(key, limit, cost, told::add);
      assertEquals(List.of(expected), told, where);

      var probe = bucket4j.tryConsumeAndReturnRemaining(cost);
      switch (expected) {
        case Decision.Allowed allowed -> {
          passes++;
          assertTrue(probe.isConsumed(), where);
          assertEquals(allowed.remaining(), probe.getRemainingTokens(), where);
        }
        case Decision.Refused refused -> {
          refills.add(new Edge(clock.getAsLong() + refused.retryAfterNanos(), this, cost, passes));
          assertEquals(refused.remaining(), probe.getRemainingTokens(), where);
          // Bucket4j rounds its wait down, to a nanosecond at which it still refuses.
          long sooner = refused.retryAfterNanos() - probe.getNanosToWaitForRefill();
          assertTrue(sooner == 0 || sooner == 1, () -> where + ", " + sooner + " ns sooner");
        }
        default -> throw new AssertionError(expected);
      }
      return probe.isConsumed();
    }
  }

  private record ManualMeter(ManualClock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
