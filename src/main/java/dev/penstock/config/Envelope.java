package dev.penstock.config;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.InvalidValueException;

/**
 * A configuration on its way to the proxies.
 *
 * @param sequence at least 1, and only ever grows for a gateway: a proxy ignores an older one
 */
public record Envelope(long sequence, GatewayConfig config) {

  public Envelope {
    if (sequence < 1) {
      throw new InvalidValueException("sequence", "is " + sequence + "; the first is 1");
    }
  }
}
