package dev.penstock.operator.certificates;

import dev.penstock.certificates.PemPair;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The private authority of a gateway's control ports.
 *
 * @param current what signs
 * @param former certificates in PEM, each by itself, of those that signed before and have not
 *     expired: proxies may still show what they signed
 */
public record ControlAuthority(PemPair current, List<String> former) {

  public ControlAuthority {
    former = List.copyOf(former);
  }

  /** All that the operator is to trust when it connects to a proxy, in PEM. */
  public String trusted() {
    return Stream.concat(Stream.of(current.chain()), former.stream()).collect(Collectors.joining());
  }
}
