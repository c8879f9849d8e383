package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Cors;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.Patterns;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code spec.cors}. */
final class CorsTranslator {

  private static final Pattern ORIGIN = Pattern.compile(Patterns.ORIGIN);
  private static final Pattern METHOD = Pattern.compile(Patterns.METHOD);
  private static final Pattern HEADER = Pattern.compile(Patterns.HEADER_NAME_OR_ANY);

  private CorsTranslator() {}

  static Optional<dev.penstock.model.Cors> translate(@Nullable Cors cors, Problems at) {
    if (cors == null) {
      return Optional.empty();
    }
    List<String> origins =
        matching(
            cors.allowOrigins(),
            ORIGIN,
            "an origin such as https://app.example.com, https://*.example.com or *",
            at.at("allowOrigins"));
    List<String> methods =
        cors.allowMethods() == null
            ? defaults(Defaults.CORS_METHODS)
            : matching(
                cors.allowMethods(), METHOD, "a method such as POST, or *", at.at("allowMethods"));
    List<String> headers =
        cors.allowHeaders() == null
            ? defaults(Defaults.CORS_HEADERS)
            : matching(
                cors.allowHeaders(),
                HEADER,
                "a field name such as X-API-Key, or *",
                at.at("allowHeaders"));
    var maxAge = Values.durationOrZero(cors.maxAge(), Defaults.CORS_MAX_AGE, at.at("maxAge"));
    if (cors.allowOrigins() == null || cors.allowOrigins().isEmpty()) {
      at.at("allowOrigins").unsupported("is missing; name the origins of your pages, or *");
    }
    return origins.isEmpty()
        ? Optional.empty()
        : Optional.of(new dev.penstock.model.Cors(origins, methods, headers, maxAge));
  }

  private static List<String> matching(
      @Nullable List<String> values, Pattern form, String wanted, Problems at) {
    return Values.items(values, at).stream()
        .filter(
            item -> {
              boolean matches = form.matcher(item.value()).matches();
              if (!matches) {
                item.at().unsupported("'" + item.value() + "' is not " + wanted);
              }
              return matches;
            })
        .map(Values.Item::value)
        .toList();
  }

  /** The schema's default, a JSON list of words. */
  private static List<String> defaults(String json) {
    return Stream.of(json.replaceAll("[\\[\\]\" ]", "").split(",", -1)).toList();
  }
}
