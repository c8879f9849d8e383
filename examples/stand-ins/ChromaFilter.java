import java.util.List;
import java.util.Map;

/** Chroma's {@code where} and {@code where_document}, for what applications commonly send. */
final class ChromaFilter {
  private ChromaFilter() {}

  /** Whether the metadata passes {@code where}: an empty filter passes all. */
  static boolean matches(JsonObject where, Map<String, Object> metadata) {
    return where.members().keySet().stream()
        .allMatch(
            key ->
                switch (key) {
                  case "$and" -> where.list(key).stream().allMatch(w -> matches(of(w), metadata));
                  case "$or" -> where.list(key).stream().anyMatch(w -> matches(of(w), metadata));
                  default -> field(where.members().get(key), metadata.get(key));
                });
  }

  /** Whether the document passes {@code where_document}. */
  static boolean contains(JsonObject where, String document) {
    return where.members().keySet().stream()
        .allMatch(
            key ->
                switch (key) {
                  case "$and" -> where.list(key).stream().allMatch(w -> contains(of(w), document));
                  case "$or" -> where.list(key).stream().anyMatch(w -> contains(of(w), document));
                  case "$contains" -> document.contains(where.text(key, ""));
                  case "$not_contains" -> !document.contains(where.text(key, ""));
                  default -> throw new IllegalArgumentException("unknown operator " + key);
                });
  }

  private static boolean field(Object condition, Object actual) {
    if (!(condition instanceof Map<?, ?>)) {
      return equal(condition, actual);
    }
    return of(condition).members().entrySet().stream()
        .allMatch(e -> operator(e.getKey(), e.getValue(), actual));
  }

  private static boolean operator(String name, Object wanted, Object actual) {
    return switch (name) {
      case "$eq" -> equal(wanted, actual);
      case "$ne" -> !equal(wanted, actual);
      case "$in" -> ((List<?>) wanted).stream().anyMatch(w -> equal(w, actual));
      case "$nin" -> ((List<?>) wanted).stream().noneMatch(w -> equal(w, actual));
      case "$gt" -> actual instanceof Number n && n.doubleValue() > number(wanted);
      case "$gte" -> actual instanceof Number n && n.doubleValue() >= number(wanted);
      case "$lt" -> actual instanceof Number n && n.doubleValue() < number(wanted);
      case "$lte" -> actual instanceof Number n && n.doubleValue() <= number(wanted);
      default -> throw new IllegalArgumentException("unknown operator " + name);
    };
  }

  private static boolean equal(Object wanted, Object actual) {
    return wanted instanceof Number w && actual instanceof Number a
        ? w.doubleValue() == a.doubleValue()
        : wanted.equals(actual);
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  @SuppressWarnings("unchecked")
  private static JsonObject of(Object value) {
    return new JsonObject((Map<String, Object>) value);
  }
}
