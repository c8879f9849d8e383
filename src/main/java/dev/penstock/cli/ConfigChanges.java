package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What differs between two configurations, for people. */
final class ConfigChanges {

  private final List<String> lines = new ArrayList<>();

  private ConfigChanges() {}

  /** A line each: {@code +} new, {@code -} gone, {@code ~} changed. Empty: nothing that shows. */
  static List<String> between(GatewayConfig before, GatewayConfig after) {
    var changes = new ConfigChanges();
    changes.gateway(before, after);
    changes.routes(before, after);
    return changes.lines;
  }

  private void gateway(GatewayConfig before, GatewayConfig after) {
    List<String> changed = new ArrayList<>();
    note(changed, "hostnames", before.hostnames(), after.hostnames());
    if (!before.tls().equals(after.tls())) {
      changed.add("tls or certificates");
    }
    note(changed, "drainTimeout", before.drainTimeout(), after.drainTimeout());
    if (!before.clientIp().equals(after.clientIp())) {
      changed.add("clientIP");
    }
    if (!before.limits().equals(after.limits())) {
      changed.add("limits");
    }
    if (!changed.isEmpty()) {
      lines.add("~ gateway " + after.name() + ": " + String.join(", ", changed));
    }
  }

  private void routes(GatewayConfig before, GatewayConfig after) {
    Map<ResourceName, Route> old = byService(before);
    Map<ResourceName, Route> now = byService(after);
    var services = new TreeSet<ResourceName>(old.keySet());
    services.addAll(now.keySet());
    for (ResourceName service : services) {
      Route from = old.get(service);
      Route to = now.get(service);
      if (to == null) {
        lines.add("- " + service);
      } else if (from == null) {
        lines.add("+ " + service + " " + to.path());
      } else if (!from.equals(to)) {
        lines.add("~ " + service + ": " + String.join(", ", changed(from, to)));
      }
    }
  }

  private static List<String> changed(Route from, Route to) {
    List<String> changed = new ArrayList<>();
    note(changed, "hostnames", from.hostnames(), to.hostnames());
    note(changed, "path", from.path(), to.path());
    note(changed, "backend", RouteText.backend(from), RouteText.backend(to));
    note(changed, "limit", RouteText.limit(from), RouteText.limit(to));
    note(
        changed,
        "timeouts",
        RouteText.timeouts(from.timeouts()),
        RouteText.timeouts(to.timeouts()));
    note(changed, "concurrency", RouteText.concurrency(from), RouteText.concurrency(to));
    note(changed, "body", RouteText.body(from.maxBodySize()), RouteText.body(to.maxBodySize()));
    note(changed, "auth", RouteText.auth(from.auth()), RouteText.auth(to.auth()));
    return changed.isEmpty() ? List.of("changed") : changed;
  }

  private static void note(List<String> changed, String name, Object from, Object to) {
    if (!Objects.equals(from, to)) {
      changed.add(name + " " + from + " -> " + to);
    }
  }

  private static Map<ResourceName, Route> byService(GatewayConfig config) {
    return config.routes().stream()
        .collect(Collectors.toMap(Route::service, Function.identity(), (a, b) -> a, TreeMap::new));
  }
}
