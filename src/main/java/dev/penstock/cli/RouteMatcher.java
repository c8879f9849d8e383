package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import java.net.URI;
import java.util.List;

/** Tells which service of some gateways answers a URL. */
@FunctionalInterface
public interface RouteMatcher {

  RouteMatch match(List<GatewayConfig> gateways, URI url);

  /** The most specific host, then the longest prefix of whole segments. */
  static RouteMatcher ofModel() {
    return new ModelRouteMatcher();
  }
}
