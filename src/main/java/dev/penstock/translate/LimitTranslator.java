package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.RateLimit;
import dev.penstock.api.v1alpha1.RateLimitMode;
import dev.penstock.model.Rate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.rateLimit}: nginx's {@code limit_req}. */
final class LimitTranslator {

  private static final int LARGEST_BURST = 1_000_000;

  private LimitTranslator() {}

  static Optional<dev.penstock.model.RateLimit> translate(@Nullable RateLimit limit, Problems at) {
    if (limit == null) {
      return Optional.empty();
    }
    Optional<Rate> rate = rate(limit.rate(), at.at("rate"));
    int burst = Values.number(limit.burst(), Defaults.BURST, 0, LARGEST_BURST, at.at("burst"));
    Optional<Integer> delay = delay(limit.delay(), burst, at.at("delay"));
    int status =
        Values.number(limit.statusCode(), Defaults.STATUS_CODE, 400, 599, at.at("statusCode"));
    return rate.map(
        value -> new dev.penstock.model.RateLimit(value, burst, delay, status, mode(limit.mode())));
  }

  private static Optional<Rate> rate(@Nullable String text, Problems at) {
    if (text == null) {
      at.unsupported("is missing; set one, for example 10r/m");
      return Optional.empty();
    }
    return at.attempt(() -> Optional.of(Rate.parse(text)), Optional.empty());
  }

  private static Optional<Integer> delay(@Nullable Integer delay, int burst, Problems at) {
    if (delay == null) {
      return Optional.empty();
    }
    if (delay < 0 || delay > burst) {
      at.unsupported("is " + delay + ", must be from 0 to the burst, which is " + burst);
      return Optional.empty();
    }
    return Optional.of(delay);
  }

  private static dev.penstock.model.RateLimit.Mode mode(@Nullable RateLimitMode mode) {
    return switch (Values.or(mode, RateLimitMode.ENFORCE)) {
      case ENFORCE -> dev.penstock.model.RateLimit.Mode.ENFORCE;
      case DRY_RUN -> dev.penstock.model.RateLimit.Mode.DRY_RUN;
    };
  }
}
