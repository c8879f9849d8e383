package dev.penstock.proxy.limit;

import java.util.random.RandomGenerator;

/**
 * Spreads keys over a table by secrets of this process, so that nobody can choose addresses which
 * collide. Multiplies 64 by 64 bits and folds the product, after wyhash.
 */
final class KeyHash {

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  KeyHash(RandomGenerator random) {
    first = random.nextLong();
    second = random.nextLong();
    third = random.nextLong();
    fourth = random.nextLong() | 1;
  }

  /**
   * @param high the first half of the client's address
   * @param low its second half
   * @param scope {@link LimitScope#id()}
   */
  long of(long high, long low, long scope) {
    return fold(fold(high ^ first, low ^ second) ^ scope ^ third, fourth);
  }

  private static long fold(long a, long b) {
    return (a * b) ^ Math.unsignedMultiplyHigh(a, b);
  }
}
