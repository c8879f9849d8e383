package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AllowedNamespaces;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Tls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway translated, without its routes: also what its services need to know of it. */
record GatewayParts(
    ResourceName name,
    List<String> hostnames,
    Tls tls,
    ClientIp clientIp,
    EdgeLimits limits,
    Limiter limiter,
    Duration drainTimeout,
    AuthPolicy auth,
    @Nullable AllowedNamespaces allowedNamespaces) {

  GatewayConfig with(List<Route> routes) {
    return new GatewayConfig(name, hostnames, tls, clientIp, limits, limiter, drainTimeout, routes);
  }
}
