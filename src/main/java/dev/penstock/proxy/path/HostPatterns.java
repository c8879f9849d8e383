package dev.penstock.proxy.path;

import dev.penstock.model.Hostname;
import java.util.ArrayList;
import java.util.List;

/** The hosts for which a route really answers: its own within those of its gateway. */
final class HostPatterns {

  /** The pattern that covers every host. */
  static final String ANY = "*";

  private HostPatterns() {}

  /** How a route came to a pattern, the strongest claim first. */
  enum Origin {
    NAMED,
    NARROWED,
    INHERITED
  }

  record Effective(String pattern, Origin origin) {}

  static List<Effective> effective(List<String> gateway, List<String> route) {
    if (route.isEmpty()) {
      return patterns(gateway.isEmpty() ? List.of(ANY) : gateway, Origin.INHERITED);
    }
    if (gateway.isEmpty()) {
      return patterns(route, Origin.NAMED);
    }
    var result = new ArrayList<Effective>();
    for (String own : route) {
      for (String outer : gateway) {
        if (covers(outer, own)) {
          result.add(new Effective(own, Origin.NAMED));
        } else if (covers(own, outer)) {
          result.add(new Effective(outer, Origin.NARROWED));
        }
      }
    }
    return result;
  }

  private static List<Effective> patterns(List<String> names, Origin origin) {
    return names.stream().map(name -> new Effective(name, origin)).toList();
  }

  /** Whether all hosts of {@code inner} are hosts of {@code outer}. */
  private static boolean covers(String outer, String inner) {
    return outer.equals(inner) || Hostname.covers(outer, inner);
  }
}
