package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Hostname;
import dev.penstock.model.Route;
import dev.penstock.proxy.path.PathRewrite;
import dev.penstock.proxy.path.PrefixRouter;
import dev.penstock.proxy.path.RequestPath;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells which service of some gateways answers a URL, with the proxy's own router. */
final class RouteMatcher {

  private RouteMatcher() {}

  static RouteMatch match(List<GatewayConfig> gateways, URI url) {
    if (gateways.isEmpty()) {
      return new RouteMatch.NotFound("there is no gateway that could be served");
    }
    return switch (RequestPath.parse(rawTarget(url))) {
      case RequestPath.Invalid invalid ->
          new RouteMatch.NotFound("the proxy refuses it with 400: " + invalid.problem().message());
      case RequestPath.Valid path -> match(gateways, host(url), path);
    };
  }

  private static RouteMatch match(
      List<GatewayConfig> gateways, String host, RequestPath.Valid path) {
    for (GatewayConfig gateway : gateways) {
      Optional<Route> route =
          PrefixRouter.of(gateway, each -> each).find(host, path.path().toString());
      if (route.isPresent()) {
        return new RouteMatch.Found(gateway, route.get(), target(route.get(), path));
      }
    }
    return new RouteMatch.NotFound(why(gateways, host, path));
  }

  private static String target(Route route, RequestPath.Valid path) {
    return new PathRewrite(route.path(), route.rewrite()).apply(path.path()).toString()
        + path.query();
  }

  private static String why(List<GatewayConfig> gateways, String host, RequestPath.Valid path) {
    List<GatewayConfig> answering = gateways.stream().filter(each -> covers(each, host)).toList();
    if (answering.isEmpty()) {
      List<String> names = gateways.stream().flatMap(each -> each.hostnames().stream()).toList();
      return "no gateway answers for the host " + host + "; there is " + String.join(", ", names);
    }
    List<String> paths =
        answering.stream()
            .flatMap(each -> each.routes().stream())
            .map(Route::path)
            .distinct()
            .sorted()
            .toList();
    return "no path is a prefix of "
        + path.path()
        + " for the host "
        + host
        + "; there is "
        + String.join(", ", paths);
  }

  private static boolean covers(GatewayConfig gateway, String host) {
    return gateway.hostnames().isEmpty()
        || gateway.hostnames().stream().anyMatch(pattern -> Hostname.covers(pattern, host));
  }

  private static String host(URI url) {
    return orEmpty(url.getHost()).toLowerCase(Locale.ROOT);
  }

  private static String rawTarget(URI url) {
    String path = orEmpty(url.getRawPath());
    String query = url.getRawQuery();
    return (path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
