package dev.penstock.model;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * All that a proxy needs to know: nginx's {@code server {}} block with its locations.
 *
 * @param name the AIGateway it was made from; part of every limiter key
 * @param hostnames the hosts it answers for, in lower case, exact or {@code *.suffix}; empty: any
 * @param limiter where the limits of all routes are counted
 * @param drainTimeout how long requests in flight may take after a stop was asked for
 * @param routes in no particular order; no two share a host and a path
 */
public record GatewayConfig(
    ResourceName name,
    List<String> hostnames,
    Tls tls,
    ClientIp clientIp,
    EdgeLimits limits,
    Limiter limiter,
    Duration drainTimeout,
    List<Route> routes) {

  public GatewayConfig {
    hostnames = List.copyOf(hostnames);
    routes = List.copyOf(routes);
    hostnames.forEach(Hostname::check);
    Check.that(!drainTimeout.isNegative(), "drainTimeout", "must not be negative");
    refuseDuplicates(routes);
  }

  /** The same with other certificates, for a front door that makes or is given its own. */
  public GatewayConfig withTls(Tls other) {
    return new GatewayConfig(
        name, hostnames, other, clientIp, limits, limiter, drainTimeout, routes);
  }

  /** The same with other routes. */
  public GatewayConfig withRoutes(List<Route> other) {
    return new GatewayConfig(name, hostnames, tls, clientIp, limits, limiter, drainTimeout, other);
  }

  private static void refuseDuplicates(List<Route> routes) {
    var seen = new HashSet<String>();
    for (Route route : routes) {
      for (String host : route.hostnames().isEmpty() ? List.of("*") : route.hostnames()) {
        Check.that(
            seen.add(host + route.path()), "routes", "two routes for " + host + route.path());
      }
    }
  }
}
