package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;
import dev.penstock.model.Tls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What {@code run} prints when it serves: everything a newcomer needs for a first request. */
final class Banner {

  private final GatewayConfig config;
  private final RunningProxy proxy;
  private final Optional<SelfSigned> selfSigned;

  Banner(GatewayConfig config, RunningProxy proxy, Optional<SelfSigned> selfSigned) {
    this.config = config;
    this.proxy = proxy;
    this.selfSigned = selfSigned;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Optional<Reach> reach = Reach.of(config, proxy);
    int services = config.routes().size();
    lines.add(
        "Gateway %s serves %s."
            .formatted(config.name(), services == 1 ? "1 service" : services + " services"));
    lines.add("");
    reach.ifPresent(
        at -> {
          lines.addAll(services(at));
          lines.add("");
        });
    lines.addAll(places());
    reach.flatMap(this::example).ifPresent(example -> lines.addAll(List.of("", "  " + example)));
    lines.add("");
    return lines;
  }

  private List<String> services(Reach reach) {
    var table = new TextTable();
    table.row("SERVICE", "URL", "BACKEND", "RATE", "BURST", "BODY", "AUTH");
    for (Route route : sorted()) {
      table.row(
          route.service().toString(),
          reach.url(config, route),
          RouteText.backend(route),
          RouteText.rate(route),
          RouteText.burst(route),
          RouteText.body(route.maxBodySize()),
          RouteText.auth(route.auth()));
    }
    return table.lines();
  }

  private List<String> places() {
    var table = new TextTable();
    boolean terminate = config.tls().mode() == Tls.Mode.TERMINATE;
    proxy.httpsAddress().ifPresent(at -> table.row("https", Reach.url("https", at)));
    proxy
        .httpAddress()
        .ifPresent(
            at ->
                table.row(
                    "http", Reach.url("http", at) + (terminate ? " (redirects to https)" : "")));
    proxy
        .adminAddress()
        .ifPresent(
            at -> table.row("admin", Reach.url("http", at) + " /healthz /readyz /metrics /config"));
    config.routes().stream()
        .flatMap(route -> RouteText.authService(route.auth()).stream())
        .distinct()
        .sorted()
        .forEach(service -> table.row("auth", service));
    selfSigned.ifPresent(made -> table.row("trust", made.described()));
    return table.lines();
  }

  /** One command to try, complete with what a self-signed certificate needs. */
  private Optional<String> example(Reach reach) {
    return sorted().stream()
        .findFirst()
        .map(
            route -> {
              var words = new ArrayList<String>(List.of("curl"));
              selfSigned
                  .flatMap(SelfSigned::authority)
                  .ifPresent(file -> words.addAll(List.of("--cacert", quoted(file.toString()))));
              if (reach.needsResolve(config, route)) {
                words.add(reach.resolve(config, route));
              }
              words.add(reach.url(config, route));
              return String.join(" ", words);
            });
  }

  private List<Route> sorted() {
    return config.routes().stream().sorted(Comparator.comparing(Route::service)).toList();
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./~+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
