package dev.penstock.proxy.limit;

import dev.penstock.model.Rate;
import java.math.BigInteger;

/**
 * A token bucket by the book, in rational numbers of any size: what is there is a count of tokens
 * times the period, refilled by (rate times time). Shares nothing with {@link Limit}.
 */
final class ExactBucket {

  private final BigInteger rate;
  private final BigInteger period;
  private final BigInteger full;
  private BigInteger there;
  private long time;

  ExactBucket(Rate rate, int burst, long now) {
    this.rate = BigInteger.valueOf(rate.requests());
    period = BigInteger.valueOf(rate.period().toNanos());
    full = BigInteger.valueOf(burst + 1L).multiply(period);
    there = full;
    time = now;
  }

  Decision take(long cost, long now) {
    there = full.min(there.add(BigInteger.valueOf(now - time).multiply(rate)));
    time = now;
    BigInteger wanted = BigInteger.valueOf(cost).multiply(period);
    if (there.compareTo(wanted) < 0) {
      return new Decision.Refused(remaining(), nanosUntil(wanted), nanosUntil(full));
    }
    there = there.subtract(wanted);
    BigInteger oneMore = BigInteger.valueOf(remaining() + 1).multiply(period);
    return new Decision.Allowed(0, remaining(), nanosUntil(oneMore), nanosUntil(full));
  }

  private long remaining() {
    return there.divide(period).longValueExact();
  }

  private long nanosUntil(BigInteger level) {
    BigInteger[] nanos = level.subtract(there).divideAndRemainder(rate);
    return nanos[0].longValueExact() + nanos[1].signum();
  }
}
