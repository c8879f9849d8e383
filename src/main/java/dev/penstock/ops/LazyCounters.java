package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The counters of an enum's values, each of which appears with its first use. */
final class LazyCounters<K extends Enum<K>> {
  private final Map<K, Counter> counters = new ConcurrentHashMap<>();
  private final Function<K, Counter> make;

  LazyCounters(Function<K, Counter> make) {
    this.make = make;
  }

  void increment(K key) {
    var counter = counters.get(key);
    if (counter == null) {
      counter = counters.computeIfAbsent(key, make);
    }
    counter.increment();
  }
}
