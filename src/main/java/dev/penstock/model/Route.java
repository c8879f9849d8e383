package dev.penstock.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * One AIService: nginx's {@code location} with its upstream and limits.
 *
 * @param service the AIService it was made from; part of every limiter key
 * @param hostnames lower case, exact or {@code *.suffix}; empty: whatever the gateway answers for
 * @param path canonical segment prefix: {@code /stt} matches {@code /stt} and {@code /stt/...};
 *     {@code /} matches all
 * @param rewrite what stands in place of the prefix upstream, {@code /} or {@code /base}
 * @param maxBodySize request body; unlimited when zero
 * @param concurrency absent: the backend gets all requests at once
 */
public record Route(
    ResourceName service,
    List<String> hostnames,
    String path,
    String rewrite,
    Upstream upstream,
    Optional<RateLimit> rateLimit,
    Timeouts timeouts,
    ByteSize maxBodySize,
    AuthPolicy auth,
    Optional<Cors> cors,
    Optional<Concurrency> concurrency) {

  public Route {
    hostnames = List.copyOf(hostnames);
    hostnames.forEach(Hostname::check);
    Check.that(
        new HashSet<>(hostnames).size() == hostnames.size(), "hostnames", "lists a name twice");
    PathPrefix.check("path", path);
    PathPrefix.check("rewrite", rewrite);
  }

  /** The same with another backend. */
  public Route withUpstream(Upstream other) {
    return new Route(
        service,
        hostnames,
        path,
        rewrite,
        other,
        rateLimit,
        timeouts,
        maxBodySize,
        auth,
        cors,
        concurrency);
  }
}
