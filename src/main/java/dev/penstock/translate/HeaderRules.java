package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Patterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists of header names that a manifest may ask to be read or copied. */
final class HeaderRules {

  // RFC 9110 section 7.6.1 and RFC 9112 framing: of one connection, never of a request.
  private static final Set<String> OF_A_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HeaderRules() {}

  /** The names that may be used, or the fallback when there is no list. */
  static List<String> names(@Nullable List<String> names, List<String> fallback, Problems at) {
    if (names == null) {
      return fallback;
    }
    var usable = new ArrayList<String>();
    for (var item : Values.<String>items(names, at)) {
      if (Values.matches(
          item.value(), Patterns.HEADER_NAME, "a header name such as X-API-Key", item.at())) {
        refuseReserved(item);
        usable.add(item.value());
      }
    }
    return usable;
  }

  /** The names that may be copied into a request beside what the gateway itself sets. */
  static List<String> copied(@Nullable List<String> names, Problems at) {
    for (var item : Values.<String>items(names, at)) {
      if (item.value().equalsIgnoreCase("x-request-id")) {
        item.at().unsupported(item.value() + " is set by the gateway itself; remove it");
      }
    }
    return names(names, List.of(), at);
  }

  private static void refuseReserved(Values.Item<String> item) {
    String name = item.value().toLowerCase(Locale.ROOT);
    if (OF_A_CONNECTION.contains(name)) {
      item.at().unsupported(item.value() + " belongs to one connection; remove it");
    } else if (name.startsWith("x-forwarded-") || name.startsWith("x-original-")) {
      item.at().unsupported(item.value() + " is set by the gateway itself; remove it");
    }
  }
}
