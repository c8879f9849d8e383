package dev.penstock.model;

import java.util.Optional;

/**
 * nginx's {@code limit_req zone=... burst=N [nodelay|delay=M]}, a limit per client and service.
 *
 * @param burst requests at once beyond the first
 * @param delay requests of the burst beyond this one wait, as with nginx's {@code delay=}; absent:
 *     none waits ({@code nodelay})
 * @param statusCode what a refusal answers, 400 to 599
 */
public record RateLimit(Rate rate, int burst, Optional<Integer> delay, int statusCode, Mode mode) {

  /** Whether a decision binds. */
  public enum Mode {
    ENFORCE,
    /** Decisions are counted and logged; every request passes. */
    DRY_RUN
  }

  public RateLimit {
    Check.range("burst", burst, 0, 1_000_000);
    delay.ifPresent(n -> Check.range("delay", n, 0, burst));
    Check.range("statusCode", statusCode, 400, 599);
  }
}
