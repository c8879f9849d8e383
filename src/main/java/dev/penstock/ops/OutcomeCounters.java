package dev.penstock.ops;

import io.micrometer.core.instrument.Counter;
import java.util.Arrays;

/**
 * The counters of one route by status and reason. Reading takes no lock and makes no object: a
 * route has a handful of outcomes, and the usual one comes first.
 */
final class OutcomeCounters {
  /** A backend may answer what it likes; beyond this many outcomes its statuses are one. */
  private static final int MAX_OUTCOMES = 128;

  /** Makes, or finds, the counter of an outcome. */
  interface Factory {
    Counter counter(String code, String reason);
  }

  private record Outcome(int status, String reason, Counter counter) {
    boolean is(int status, String reason) {
      return this.status == status && this.reason.equals(reason);
    }
  }

  private final Factory factory;
  private volatile Outcome[] outcomes = {};

  OutcomeCounters(Factory factory) {
    this.factory = factory;
  }

  void increment(int status, String reason) {
    for (Outcome outcome : outcomes) {
      if (outcome.is(status, reason)) {
        outcome.counter.increment();
        return;
      }
    }
    add(status, reason).increment();
  }

  private synchronized Counter add(int status, String reason) {
    var known = outcomes;
    for (Outcome outcome : known) {
      if (outcome.is(status, reason)) {
        return outcome.counter;
      }
    }
    if (known.length >= MAX_OUTCOMES) {
      return factory.counter("other", reason);
    }
    var counter = factory.counter(Integer.toString(status), reason);
    var grown = Arrays.copyOf(known, known.length + 1);
    grown[known.length] = new Outcome(status, reason, counter);
    outcomes = grown;
    return counter;
  }
}
