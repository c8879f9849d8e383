package dev.penstock.cli;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.Concurrency;
import dev.penstock.model.RateLimit;
import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Upstream;
import java.time.Duration;
import java.util.Optional;

/** A route in the words of the manifests. */
final class RouteText {

  private RouteText() {}

  static String backend(Route route) {
    return url(route.upstream()) + route.rewrite();
  }

  /** The first address stands for all. */
  static String url(Upstream upstream) {
    if (upstream.isMissing()) {
      return "none: 503";
    }
    return (upstream.tls().isPresent() ? "https://" : "http://")
        + upstream.endpoints().getFirst().authority();
  }

  static String rate(Route route) {
    return route
        .rateLimit()
        .map(limit -> limit.rate() + (dryRun(limit) ? " (dry run)" : ""))
        .orElse("unlimited");
  }

  static String burst(Route route) {
    return route
        .rateLimit()
        .map(limit -> limit.burst() + limit.delay().map(delay -> ", delay " + delay).orElse(""))
        .orElse("-");
  }

  /** Rate, burst and what a refusal answers, in one phrase. */
  static String limit(Route route) {
    return route
        .rateLimit()
        .map(limit -> rate(route) + ", burst " + burst(route) + ", then " + limit.statusCode())
        .orElse("unlimited");
  }

  /** How many at once, and who waits how long, in one phrase. */
  static String concurrency(Route route) {
    return route
        .concurrency()
        .map(each -> each.maxInFlight() + " at once" + queue(each) + coldStart(each))
        .orElse("unlimited");
  }

  private static String queue(Concurrency concurrency) {
    return concurrency
        .queue()
        .map(
            queue ->
                ", "
                    + queue.maxDepth()
                    + " wait up to "
                    + duration(queue.timeout())
                    + queue.heartbeat().map(each -> ", heartbeat " + duration(each)).orElse(""))
        .orElse(", none waits");
  }

  private static String coldStart(Concurrency concurrency) {
    return concurrency.coldStart() == Concurrency.ColdStart.HOLD ? ", coldStart Hold" : "";
  }

  /** As the manifests call it. */
  static String mode(RateLimit limit) {
    return dryRun(limit) ? "DryRun" : "Enforce";
  }

  private static boolean dryRun(RateLimit limit) {
    return limit.mode() == RateLimit.Mode.DRY_RUN;
  }

  static String body(ByteSize size) {
    return size.unlimited() ? "unlimited" : size.toString();
  }

  static String auth(AuthPolicy policy) {
    return switch (policy) {
      case AuthPolicy.None() -> "none";
      case AuthPolicy.External external -> "external";
      case AuthPolicy.ApiKeys keys ->
          keys.keys().size() == 1 ? "1 API key" : keys.keys().size() + " API keys";
    };
  }

  /** The auth service that is asked, without its query, in which there may be a token. */
  static Optional<String> authService(AuthPolicy policy) {
    return policy instanceof AuthPolicy.External external
        ? Optional.of(url(external.upstream()) + external.path().replaceFirst("\\?.*", ""))
        : Optional.empty();
  }

  static String timeouts(Timeouts timeouts) {
    return "connect %s, first byte %s, idle %s, request %s"
        .formatted(
            duration(timeouts.connect()),
            duration(timeouts.firstByte()),
            duration(timeouts.idle()),
            timeouts.request().map(RouteText::duration).orElse("none"));
  }

  /** As in a manifest: {@code 1m30s}, {@code 500ms}. */
  static String duration(Duration duration) {
    var text = new StringBuilder();
    part(text, duration.toHours(), "h");
    part(text, duration.toMinutesPart(), "m");
    part(text, duration.toSecondsPart(), "s");
    part(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void part(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }
}
