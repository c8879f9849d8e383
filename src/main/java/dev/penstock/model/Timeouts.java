package dev.penstock.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a backend may take; nginx's {@code proxy_read_timeout} is firstByte and idle.
 *
 * @param connect to one address; then another is tried
 * @param firstByte from the end of the request to the first byte of the answer
 * @param idle between two reads or writes of a body
 * @param request the whole, none by default: a total would cut streams
 */
public record Timeouts(
    Duration connect, Duration firstByte, Duration idle, Optional<Duration> request) {

  public Timeouts {
    Check.positive("connect", connect);
    Check.positive("firstByte", firstByte);
    Check.positive("idle", idle);
    request.ifPresent(d -> Check.positive("request", d));
  }

  public static Timeouts defaults() {
    return new Timeouts(
        Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Optional.empty());
  }
}
