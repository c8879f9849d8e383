package dev.penstock.operator.certificates;

import dev.penstock.certificates.Renewal;
import java.time.Instant;
import java.util.stream.Stream;

/** All that it takes to talk to the proxies of a gateway. */
public record ControlCredentials(ControlAuthority authority, ControlIdentity identity) {

  /** When something of it is to be made anew. */
  public Instant due() {
    return Stream.of(authority.current(), identity.server())
        .map(pair -> Renewal.due(pair.certificate().orElseThrow()))
        .min(Instant::compareTo)
        .orElseThrow();
  }
}
