package dev.penstock.proxy.limit.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/** What a replica says to Redis. */
final class Commands {

  /** How long a replica counts after it was last heard. */
  private static final long ALIVE_MILLIS = 5_000;

  /** A full bucket is kept a little longer, in case that a clock steps. */
  private static final long KEEP_MILLIS = 1_000;

  private static final long KEEP_FOR_TESTS_MILLIS = 600_000;

  private final Script bucket = Script.of(Commands.class, "bucket.lua");
  private final Script replicas = Script.of(Commands.class, "replicas.lua");
  private final byte[] replicasKey;
  private final String self = UUID.randomUUID().toString();
  private final boolean oneByOne;
  private final Optional<LongSupplier> micros;

  /**
   * @param replicasKey where the replicas count each other
   * @param oneByOne whether Lettuce must be given each command by itself: it blocks on a list when
   *     it has no connection yet to a node of a cluster
   * @param micros the time instead of the server's, for tests
   */
  Commands(String replicasKey, boolean oneByOne, Optional<LongSupplier> micros) {
    this.replicasKey = replicasKey.getBytes(StandardCharsets.UTF_8);
    this.oneByOne = oneByOne;
    this.micros = micros;
  }

  boolean oneByOne() {
    return oneByOne;
  }

  /** The name of this replica among the others. */
  String self() {
    return self;
  }

  /** Takes tokens, for as many requests as ask. */
  ScriptCall bucket(BucketQuestion question, boolean whole, ScriptCall.Receiver receiver) {
    long full = question.limit().microParts(question.limit().capacity());
    long rate = question.limit().perNano();
    long cost = question.limit().microParts(question.cost());
    Object[] arguments =
        micros.isEmpty()
            ? new Object[] {full, rate, cost, question.count(), KEEP_MILLIS}
            : new Object[] {
              full, rate, cost, question.count(), KEEP_FOR_TESTS_MILLIS, micros.get().getAsLong()
            };
    return new ScriptCall(bucket, whole, List.of(question.key()), arguments, receiver);
  }

  /** Says that this replica lives, and asks how many do. */
  ScriptCall alive(ScriptCall.Receiver receiver) {
    Object[] arguments = {self, ALIVE_MILLIS};
    return new ScriptCall(replicas, true, List.of(replicasKey), arguments, receiver);
  }
}
