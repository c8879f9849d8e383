package dev.penstock.operator.delivery;

import java.util.List;

/**
 * By what proxies are known, and known to: of one gateway.
 *
 * @param authorityPem the authorities that sign for control ports; two while one replaces the other
 * @param tokens the newest first; a proxy whose mounted Secret is not up to date takes the one
 *     before
 */
public record ControlAccess(String authorityPem, List<String> tokens) {

  public ControlAccess {
    tokens = List.copyOf(tokens);
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("without a token no proxy can be asked");
    }
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "ControlAccess[" + tokens.size() + " tokens]";
  }
}
