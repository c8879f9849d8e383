package dev.penstock.model;

import java.util.List;

/**
 * Who the client is.
 *
 * @param trustedProxies only peers within these are believed (X-Forwarded-For from the right, PROXY
 *     headers)
 * @param ipv6PrefixLength bits of an IPv6 address that make one client
 */
public record ClientIp(
    List<Cidr> trustedProxies, int ipv6PrefixLength, ProxyProtocol proxyProtocol) {

  /** Whether connections start with a PROXY header (v1 or v2) of the HAProxy protocol. */
  public enum ProxyProtocol {
    DISABLED,
    OPTIONAL,
    REQUIRED
  }

  public ClientIp {
    trustedProxies = List.copyOf(trustedProxies);
    Check.range("ipv6PrefixLength", ipv6PrefixLength, 32, 128);
  }

  public static ClientIp defaults() {
    return new ClientIp(List.of(), 64, ProxyProtocol.DISABLED);
  }
}
