package dev.penstock.model;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Lists of header field names. */
final class HeaderNames {

  // RFC 9110 section 5.6.2 token, less '_' and '.', which aliases of a header are made from.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+^`|~-]+");

  private HeaderNames() {}

  static List<String> lowerCase(String field, List<String> names) {
    for (String name : names) {
      Check.that(
          NAME.matcher(name).matches(), field, "'" + name + "' is not a name such as X-API-Key");
    }
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().toList();
  }
}
