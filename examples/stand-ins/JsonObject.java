import java.util.List;
import java.util.Map;

/** A JSON object with typed reads; an absent or null member reads as the fallback. */
record JsonObject(Map<String, Object> members) {

  @SuppressWarnings("unchecked")
  static JsonObject parse(String text) {
    return new JsonObject((Map<String, Object>) Json.parse(text));
  }

  String text(String name, String fallback) {
    return members.get(name) instanceof String s ? s : fallback;
  }

  boolean flag(String name, boolean fallback) {
    return members.get(name) instanceof Boolean b ? b : fallback;
  }

  int number(String name, int fallback) {
    return members.get(name) instanceof Number n ? n.intValue() : fallback;
  }

  /** The member as an array; a single value is an array of one. */
  @SuppressWarnings("unchecked")
  List<Object> list(String name) {
    return switch (members.get(name)) {
      case null -> List.of();
      case List<?> list -> (List<Object>) list;
      case Object one -> List.of(one);
    };
  }

  @SuppressWarnings("unchecked")
  JsonObject object(String name) {
    return new JsonObject(
        members.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of());
  }
}
