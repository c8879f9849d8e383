package dev.penstock.translate;

import dev.penstock.model.InvalidValueException;
import java.net.Inet6Address;
import java.util.Optional;

/**
 * A server outside of the cluster that is named by its address.
 *
 * @param address an IPv6 one without brackets
 */
public record AddressTarget(String address, boolean ipv6, int port) {

  /** That of {@code spec.backend.url}; absent for one with a host name, and for a bad one. */
  public static Optional<AddressTarget> of(String url) {
    try {
      HttpUrl parsed = HttpUrl.parse(url);
      return Address.isLiteral(parsed.host())
          ? Optional.of(of(Address.parse(parsed.host()), parsed.port()))
          : Optional.empty();
    } catch (InvalidValueException e) {
      return Optional.empty(); // translation tells why
    }
  }

  private static AddressTarget of(Address address, int port) {
    return new AddressTarget(address.text(), address.value() instanceof Inet6Address, port);
  }
}
