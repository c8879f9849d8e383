package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Hostname;
import dev.penstock.model.Route;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** Matches as the model defines it: the most specific host, then the longest prefix. */
final class ModelRouteMatcher implements RouteMatcher {

  private record Candidate(GatewayConfig gateway, Route route, int specificity) {}

  private static final Comparator<Candidate> BEST =
      Comparator.comparingInt(Candidate::specificity)
          .thenComparingInt(candidate -> candidate.route().path().length());

  @Override
  public RouteMatch match(List<GatewayConfig> gateways, URI url) {
    String host = Objects.requireNonNullElse(url.getHost(), "").toLowerCase(Locale.ROOT);
    String path = path(url);
    List<GatewayConfig> answering =
        gateways.stream().filter(each -> specificity(each.hostnames(), host) >= 0).toList();
    Optional<Candidate> best =
        answering.stream()
            .flatMap(
                gateway ->
                    gateway.routes().stream()
                        .filter(route -> prefixes(route.path(), path))
                        .map(
                            route ->
                                new Candidate(gateway, route, specificity(gateway, route, host))))
            .filter(candidate -> candidate.specificity() >= 0)
            .max(BEST);
    return best.<RouteMatch>map(
            each -> new RouteMatch.Found(each.gateway(), each.route(), target(each.route(), url)))
        .orElseGet(() -> new RouteMatch.NotFound(why(gateways, answering, host, path)));
  }

  private static String why(
      List<GatewayConfig> gateways, List<GatewayConfig> answering, String host, String path) {
    if (gateways.isEmpty()) {
      return "there is no gateway that could be served";
    }
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
        + path
        + " for the host "
        + host
        + "; there is "
        + String.join(", ", paths);
  }

  private static int specificity(GatewayConfig gateway, Route route, String host) {
    return specificity(route.hostnames().isEmpty() ? gateway.hostnames() : route.hostnames(), host);
  }

  /**
   * -1: not covered; 0: any host is; otherwise more for longer patterns, most for the name itself.
   */
  private static int specificity(List<String> patterns, String host) {
    if (patterns.isEmpty()) {
      return 0;
    }
    return patterns.stream()
        .filter(pattern -> Hostname.covers(pattern, host))
        .mapToInt(pattern -> pattern.startsWith("*.") ? pattern.length() : 1000)
        .max()
        .orElse(-1);
  }

  private static boolean prefixes(String prefix, String path) {
    return prefix.equals("/") || path.equals(prefix) || path.startsWith(prefix + "/");
  }

  private static String path(URI url) {
    String path = Objects.requireNonNullElse(url.normalize().getRawPath(), "");
    return path.isEmpty() ? "/" : path;
  }

  private static String target(Route route, URI url) {
    String path = path(url);
    String rest = route.path().equals("/") ? path : path.substring(route.path().length());
    String base = route.rewrite().equals("/") ? "" : route.rewrite();
    String target = base + rest;
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return (target.isEmpty() ? "/" : target) + query;
  }
}
