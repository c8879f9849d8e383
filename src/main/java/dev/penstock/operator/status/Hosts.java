package dev.penstock.operator.status;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The host names at which services are served, as people read them. */
record Hosts(GatewayFacts facts) {

  private static final String ANY = "*";

  Map<ResourceName, String> all() {
    var hosts = new HashMap<ResourceName, String>();
    facts
        .translation()
        .config()
        .ifPresent(
            config -> {
              String inherited = text(config.hostnames());
              for (Route route : config.routes()) {
                hosts.put(
                    route.service(),
                    route.hostnames().isEmpty() ? inherited : text(route.hostnames()));
              }
            });
    return hosts;
  }

  private static String text(List<String> hostnames) {
    return hostnames.isEmpty() ? ANY : String.join(",", hostnames);
  }
}
