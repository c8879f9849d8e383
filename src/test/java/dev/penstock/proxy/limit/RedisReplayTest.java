package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated traffic, each step decided by the script, by the local table, by a bucket in rational
 * numbers and by Bucket4j in the same Redis, which must all agree.
 */
class RedisReplayTest {

  private static final int STEPS = 3_000;
  private static final long START = 1_800_000_000_000_000_000L;

  private final ManualClock clock = new ManualClock(START);

  /** A client of a service with its limit, and its bucket by the book. */
  private record Subject(LimitKey key, Limit limit, ExactBucket exact) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 20260101})
  void every_step_agrees(long seed) {
    var random = new SplittableRandom(seed);
    var local = new LocalRateLimiter(10_000, clock);
    List<Subject> subjects = subjects();
    try (var redis = RedisServer.start();
        var store =
            TestStore.of(TestStore.standalone(redis, Duration.ofSeconds(5)), () -> micros());
        var bucket4j =
            new Bucket4jStore("redis://" + redis.address(), false, Optional.of(new Meter(clock)))) {
      int passed = 0;
      for (int step = 0; step < STEPS; step++) {
        Subject subject = subjects.get(random.nextInt(subjects.size()));
        clock.advance(1_000 * random.nextLong(1L << random.nextInt(1, 24)));
        long cost = random.nextInt(3) > 0 ? 1 : random.nextLong(1, subject.limit().capacity() + 1);
        String where = "seed " + seed + ", step " + step + ", " + subject.key();
        Decision expected = inMicros(subject.exact().take(cost, clock.getAsLong()));
        assertEquals(expected, ask(store, subject, cost), where);
        assertEquals(expected, inMicros(ask(local, subject, cost)), where);
        Decision other = ask(bucket4j, subject, cost);
        assertEquals(expected.getClass(), other.getClass(), where);
        assertEquals(remaining(expected), remaining(other), where);
        passed += expected instanceof Decision.Allowed ? 1 : 0;
      }
      assertTrue(passed > STEPS / 10 && passed < STEPS * 9 / 10, passed + " passed");
    }
  }

  private long micros() {
    return clock.getAsLong() / 1_000;
  }

  private static List<Subject> subjects() {
    var subjects = new ArrayList<Subject>();
    for (String rate : List.of("10r/m", "7r/m", "1r/h", "13r/h", "3r/s", "999999937r/h")) {
      for (int burst : new int[] {0, 2, 5, 1_000, 1_000_000}) {
        var config =
            new RateLimit(Rate.parse(rate), burst, Optional.empty(), 429, RateLimit.Mode.ENFORCE);
        subjects.add(
            new Subject(
                Limits.key((rate + "-" + burst).replace('/', '-'), 1),
                Limit.of(config),
                new ExactBucket(Rate.parse(rate), burst, START)));
      }
    }
    return subjects;
  }

  private static Decision ask(RateLimiter limiter, Subject subject, long cost) {
    var answer = new CompletableFuture<Decision>();
    limiter.decide(subject.key(), subject.limit(), cost, answer::complete);
    return answer.join();
  }

  /** The same by a clock that ticks each microsecond. */
  private static Decision inMicros(Decision decision) {
    return switch (decision) {
      case Decision.Allowed(long wait, long remaining, long next, long reset) ->
          new Decision.Allowed(wait, remaining, ticks(next), ticks(reset));
      case Decision.Refused(long remaining, long retryAfter, long reset) ->
          new Decision.Refused(remaining, ticks(retryAfter), ticks(reset));
      default -> throw new AssertionError(decision);
    };
  }

  private static long ticks(long nanos) {
    return Math.ceilDiv(nanos, 1_000L) * 1_000L;
  }

  private static long remaining(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed -> allowed.remaining();
      case Decision.Refused refused -> refused.remaining();
      default -> throw new AssertionError(decision);
    };
  }

  private record Meter(ManualClock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return clock.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
