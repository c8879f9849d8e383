package dev.penstock.proxy.limit;

import com.sun.management.OperatingSystemMXBean;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Decisions a second of each way to keep buckets in Redis, and what one costs; {@code
 * bench/limiter.sh} runs it. Not a test: its figures are those of the machine and the day.
 */
public final class LimiterBench {

  private static final int AT_ONCE = 64;
  private static final int MANY = 100_000;
  private static final int PACE = 5_000;
  private static final Limit LIMIT = Limits.nodelay("999999r/s", 1_000_000);
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final RedisServer redis;
  private final long nanos;

  private LimiterBench(RedisServer redis, long seconds) {
    this.redis = redis;
    nanos = Duration.ofSeconds(seconds).toNanos();
  }

  /**
   * Prints a table in Markdown.
   *
   * @param arguments seconds for each figure
   */
  public static void main(String[] arguments) {
    try (var redis = RedisServer.start()) {
      var bench = new LimiterBench(redis, Long.parseLong(arguments[0]));
      System.out.println(
          "| way | proxies | keys | decisions/s | proxy CPU us | Redis CPU us | p50 ms | p99 ms |");
      System.out.println("|---|---|---|---|---|---|---|---|");
      for (int keys : new int[] {1, MANY}) {
        for (int proxies : new int[] {1, 4}) {
          for (Way way : Way.values()) {
            bench.measure(way, proxies, keys, 0);
          }
        }
      }
      bench.measure(Way.SCRIPT, 4, MANY, PACE);
    }
    System.exit(0);
  }

  private enum Way {
    STOCK,
    BATCHED,
    SCRIPT;

    RateLimiter open(RedisServer redis) {
      return switch (this) {
        case STOCK -> new Bucket4jStore("redis://" + redis.address(), false, Optional.empty());
        case BATCHED -> new Bucket4jStore("redis://" + redis.address(), true, Optional.empty());
        case SCRIPT -> TestStore.of(TestStore.standalone(redis, Duration.ofSeconds(10)), 1);
      };
    }
  }

  /**
   * @param pace questions a second of all proxies; 0: as many as are answered
   */
  private void measure(Way way, int proxies, int keys, int pace) {
    redis.command("FLUSHALL");
    List<RateLimiter> limiters = new ArrayList<>();
    for (int i = 0; i < proxies; i++) {
      limiters.add(way.open(redis));
    }
    run(limiters, keys, pace, nanos / 2);
    double redisBefore = redisCpuSeconds();
    long cpuBefore = SYSTEM.getProcessCpuTime();
    Samples samples = run(limiters, keys, pace, nanos);
    long cpu = SYSTEM.getProcessCpuTime() - cpuBefore;
    double redisCpu = redisCpuSeconds() - redisBefore;
    double count = samples.count.get();
    System.out.printf(
        "| %s%s | %d | %d | %.0f | %.1f | %.1f | %.2f | %.2f |%n",
        way.name().toLowerCase(Locale.ROOT),
        pace == 0 ? "" : " at " + pace + "/s",
        proxies,
        keys,
        count * 1e9 / nanos,
        cpu / count / 1e3,
        redisCpu * 1e6 / count,
        samples.millis(0.5),
        samples.millis(0.99));
    limiters.forEach(LimiterBench::close);
  }

  private Samples run(List<RateLimiter> limiters, int keys, int pace, long duration) {
    var samples = new Samples();
    long end = System.nanoTime() + duration;
    if (pace > 0) {
      long from = System.nanoTime();
      for (long i = 0; ; i++) {
        long due = from + i * 1_000_000_000L / pace;
        if (due > end) {
          break;
        }
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        ask(limiters.get((int) (i % limiters.size())), keys, samples, 0);
      }
    } else {
      for (int i = 0; i < AT_ONCE; i++) {
        ask(limiters.get(i % limiters.size()), keys, samples, end);
      }
    }
    RedisServer.await("all are answered", () -> samples.open.get() == 0);
    return samples;
  }

  /** Asks, and again with each answer until the end. */
  private static void ask(RateLimiter limiter, int keys, Samples samples, long end) {
    samples.open.incrementAndGet();
    var key = Limits.key("tts", keys == 1 ? 0 : ThreadLocalRandom.current().nextInt(keys));
    long asked = System.nanoTime();
    limiter.decide(
        key,
        LIMIT,
        1,
        decision -> {
          long now = System.nanoTime();
          samples.add(now - asked, decision);
          if (now < end) {
            ask(limiter, keys, samples, end);
          }
          samples.open.decrementAndGet();
        });
  }

  private double redisCpuSeconds() {
    return redis
        .command("INFO", "cpu")
        .lines()
        .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static void close(RateLimiter limiter) {
    try {
      ((AutoCloseable) limiter).close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** How long decisions took. */
  private static final class Samples {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final long[] nanos = new long[1 << 20];

    void add(long taken, Decision decision) {
      if (decision instanceof Decision.Unavailable) {
        return;
      }
      nanos[(int) (count.getAndIncrement() & (nanos.length - 1))] = taken;
    }

    double millis(double quantile) {
      int size = (int) Math.min(count.get(), nanos.length);
      long[] sorted = Arrays.copyOf(nanos, size);
      Arrays.sort(sorted);
      return size == 0 ? 0 : sorted[(int) (quantile * (size - 1))] / 1e6;
    }
  }
}
