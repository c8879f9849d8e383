package dev.penstock.proxy.client;

import java.util.List;
import java.util.Optional;

/**
 * Finds the client behind trusted proxies in X-Forwarded-For, from the right, as nginx's {@code
 * real_ip_recursive on} does: the first address that is not trusted is the client. What stands left
 * of it may be invented.
 */
public final class ForwardedFor {

  private final TrustedProxies trusted;

  public ForwardedFor(TrustedProxies trusted) {
    this.trusted = trusted;
  }

  /**
   * The client of a request.
   *
   * @param peer the other end of the connection, or what its PROXY header told
   * @param values the values of all X-Forwarded-For lines in their order, which are one list (RFC
   *     9110 section 5.3)
   */
  public ClientAddress client(ClientAddress peer, List<? extends CharSequence> values) {
    ClientAddress client = peer;
    for (int i = values.size() - 1; i >= 0; i--) {
      String line = values.get(i).toString();
      for (int end = line.length(); end >= 0; ) {
        if (!trusted.contains(client)) {
          return client;
        }
        int comma = line.lastIndexOf(',', end - 1);
        String entry = line.substring(comma + 1, end).trim();
        end = comma;
        if (!entry.isEmpty()) {
          Optional<ClientAddress> address = address(entry);
          if (address.isEmpty()) {
            return client;
          }
          client = address.get();
        }
      }
    }
    return client;
  }

  /** An address, which some proxies write with its port: {@code 192.0.2.7:80}, {@code [::1]:80}. */
  private static Optional<ClientAddress> address(String entry) {
    if (entry.startsWith("[")) {
      int close = entry.indexOf(']');
      return close > 0 && isPort(entry, close + 1) && entry.indexOf(':') < close
          ? ClientAddress.parse(entry.substring(1, close))
          : Optional.empty();
    }
    int colon = entry.indexOf(':');
    boolean withPort = colon > 0 && colon == entry.lastIndexOf(':') && isPort(entry, colon);
    return ClientAddress.parse(withPort ? entry.substring(0, colon) : entry);
  }

  private static boolean isPort(String entry, int at) {
    if (at == entry.length()) {
      return true;
    }
    int digits = entry.length() - at - 1;
    return entry.charAt(at) == ':'
        && digits >= 1
        && digits <= 5
        && entry.chars().skip(at + 1L).allMatch(c -> c >= '0' && c <= '9');
  }
}
