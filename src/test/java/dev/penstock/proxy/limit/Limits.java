package dev.penstock.proxy.limit;

import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.proxy.client.ClientAddress;
import java.util.Optional;

/** Short forms of limits and keys for tests. */
final class Limits {

  static final ResourceName GATEWAY = ResourceName.parse("ai/default");

  private Limits() {}

  static Limit nodelay(String rate, int burst) {
    return limit(rate, burst, Optional.empty());
  }

  static Limit delayed(String rate, int burst, int delay) {
    return limit(rate, burst, Optional.of(delay));
  }

  private static Limit limit(String rate, int burst, Optional<Integer> delay) {
    return Limit.of(new RateLimit(Rate.parse(rate), burst, delay, 429, RateLimit.Mode.ENFORCE));
  }

  static LimitKey key(String service, int client) {
    return new LimitKey(scope(service), ipv4(client));
  }

  static LimitScope scope(String service) {
    return new LimitScope(GATEWAY, ResourceName.parse("ai/" + service));
  }

  static ClientAddress ipv4(int address) {
    return new ClientAddress(0, 0xffffL << 32 | Integer.toUnsignedLong(address));
  }
}
