package dev.penstock.ops;

import java.util.Locale;

/** Why a client's connection was closed before its first request. */
public enum ConnectionRejection {
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_CLIENT,
  PROXY_PROTOCOL,
  TLS_HANDSHAKE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The metric's label. */
  public String label() {
    return label;
  }
}
