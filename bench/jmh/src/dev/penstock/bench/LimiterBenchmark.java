package dev.penstock.bench;

import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.client.ClientAddress;
import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import dev.penstock.proxy.limit.LimitKey;
import dev.penstock.proxy.limit.LimitScope;
import dev.penstock.proxy.limit.LocalRateLimiter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A decision of the limiter that each replica has in its own memory. */
@State(Scope.Benchmark)
public class LimiterBenchmark {

  private static final int CLIENTS = 100_000;

  private final LocalRateLimiter limiter =
      new LocalRateLimiter(LocalRateLimiter.DEFAULT_MAX_CLIENTS, System::nanoTime);
  private final LimitScope scope =
      new LimitScope(ResourceName.parse("ai/default"), ResourceName.parse("ai/llm"));
  private final LimitKey one = new LimitKey(scope, new ClientAddress(0, 1));
  private final Limit refusing = limit("1r/h", 0);
  private final Limit generous = limit("1000000r/s", 1_000_000);

  private static Limit limit(String rate, int burst) {
    return Limit.of(
        new RateLimit(
            Rate.parse(rate), burst, Optional.empty(), 429, RateLimit.Mode.ENFORCE));
  }

  @Benchmark
  public void oneClientPasses(Blackhole sink) {
    limiter.decide(one, generous, 1, into(sink));
  }

  @Benchmark
  public void oneClientIsRefused(Blackhole sink) {
    limiter.decide(one, refusing, 1, into(sink));
  }

  @Benchmark
  public void oneOfManyClientsPasses(Blackhole sink) {
    long client = ThreadLocalRandom.current().nextInt(CLIENTS);
    limiter.decide(
        new LimitKey(scope, new ClientAddress(0, client)), generous, 1, into(sink));
  }

  private static Consumer<Decision> into(Blackhole sink) {
    return sink::consume;
  }
}
