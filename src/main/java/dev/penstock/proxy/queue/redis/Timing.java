package dev.penstock.proxy.queue.redis;

import java.time.Duration;

/**
 * How long a replica is believed.
 *
 * @param timeToLive for how long a permit counts that is not renewed
 * @param heartbeat between two renewals
 * @param margin how long before its end a permit is given up: what it takes to be off the backend,
 *     and how far clocks may run apart meanwhile
 */
public record Timing(Duration timeToLive, Duration heartbeat, Duration margin) {

  /** Two renewals may fail without harm, and a pause of the process for two seconds. */
  public static final Timing DEFAULT =
      new Timing(Duration.ofSeconds(3), Duration.ofMillis(500), Duration.ofMillis(500));

  public Timing {
    if (heartbeat.multipliedBy(2).plus(margin).compareTo(timeToLive) > 0) {
      throw new IllegalArgumentException("a permit must outlive two heartbeats and the margin");
    }
  }

  /** For how long a permit is good after its last renewal was sent. */
  long goodNanos() {
    return timeToLive.minus(margin).toNanos();
  }

  /** After how long a replica that lives has shown its permits to a Redis that lost them. */
  Duration notice() {
    return heartbeat.plus(margin);
  }
}
