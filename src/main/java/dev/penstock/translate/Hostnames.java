package dev.penstock.translate;

import dev.penstock.model.Hostname;
import dev.penstock.model.InvalidValueException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The host names of a gateway, and of a service within them. */
final class Hostnames {

  private Hostnames() {}

  /** The valid ones, in their order. */
  static List<String> parse(@Nullable List<String> names, Problems at) {
    Set<String> seen = new LinkedHashSet<>();
    for (var item : Values.<String>items(names, at)) {
      if (valid(item) && !seen.add(item.value())) {
        item.at().unsupported(Values.quoted(item.value()) + " is listed twice; remove one");
      }
    }
    return List.copyOf(seen);
  }

  /** Reports each name that the gateway does not answer for. */
  static void within(List<String> gateway, @Nullable List<String> names, Problems at) {
    if (gateway.isEmpty()) {
      return;
    }
    for (var item : Values.<String>items(names, at)) {
      if (gateway.stream().noneMatch(pattern -> Hostname.covers(pattern, item.value()))) {
        item.at()
            .unsupported(
                Values.quoted(item.value())
                    + " is not among the gateway's hostnames "
                    + gateway
                    + "; add it there, or remove it here");
      }
    }
  }

  private static boolean valid(Values.Item<String> item) {
    try {
      Hostname.check(item.value());
      return true;
    } catch (InvalidValueException e) {
      item.at()
          .unsupported(
              Values.quoted(item.value())
                  + " is not a DNS name in lower case such as ai.example.com or *.example.com");
      return false;
    }
  }
}
