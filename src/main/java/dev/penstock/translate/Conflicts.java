package dev.penstock.translate;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One host and path is one service's: the oldest keeps it, then the first by namespace and name.
 */
final class Conflicts {

  private static final Comparator<Claim> ORDER =
      Comparator.comparing(Claim::created).thenComparing(claim -> claim.route().service());

  /**
   * A route that wants its place.
   *
   * @param created RFC 3339, empty when unknown
   */
  record Claim(Route route, String created, Problems problems) {}

  private Conflicts() {}

  /** The routes that keep their place, by namespace and name; the others get a problem. */
  static List<Route> settle(List<Claim> claims, List<String> gatewayHostnames) {
    Map<String, ResourceName> owners = new HashMap<>();
    var kept = new ArrayList<Route>();
    for (Claim claim : claims.stream().sorted(ORDER).toList()) {
      List<String> wanted = places(claim.route(), gatewayHostnames);
      if (refused(claim, wanted, owners)) {
        continue;
      }
      wanted.forEach(place -> owners.put(place, claim.route().service()));
      kept.add(claim.route());
    }
    kept.sort(Comparator.comparing(Route::service));
    return kept;
  }

  private static boolean refused(
      Claim claim, List<String> wanted, Map<String, ResourceName> owners) {
    boolean refused = false;
    for (String place : wanted) {
      ResourceName owner = owners.get(place);
      if (owner != null) {
        refused = true;
        claim
            .problems()
            .at("spec")
            .at("path")
            .error(
                Reason.CONFLICTED,
                place
                    + " belongs to AIService "
                    + owner
                    + ", which is older or, of the same age, first by name; use another path or"
                    + " host name");
      }
    }
    return refused;
  }

  // A service without host names takes the gateway's: naming one of them must not take it away.
  private static List<String> places(Route route, List<String> gatewayHostnames) {
    List<String> own = route.hostnames().isEmpty() ? gatewayHostnames : route.hostnames();
    List<String> hosts = own.isEmpty() ? List.of("*") : own;
    return hosts.stream().map(host -> host + route.path()).toList();
  }
}
