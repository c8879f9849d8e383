package dev.penstock.config.manifest;

import java.util.HashMap;
import java.util.Map;

/**
 * On which line each field of one document stands. Paths are written {@code spec.hosts[0].name}.
 */
final class FieldLines {

  private final Map<String, Integer> lines = new HashMap<>();

  /** Appends a key to a path; keys that are not plain words stand in brackets. */
  static String child(String path, String key) {
    boolean word = !key.isEmpty() && key.chars().allMatch(FieldLines::ofWord);
    if (!word) {
      return path + "[" + key + "]";
    }
    return path.isEmpty() ? key : path + "." + key;
  }

  static String item(String path, int index) {
    return path + "[" + index + "]";
  }

  private static boolean ofWord(int c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  void put(String path, int line) {
    lines.put(path, line);
  }

  /** The line of the field, or of the nearest one around it that was written. */
  int of(String path) {
    String at = path;
    while (true) {
      Integer line = lines.get(at);
      if (line != null) {
        return line;
      }
      if (at.isEmpty()) {
        return 1;
      }
      at = parent(at);
    }
  }

  /** The same lines as seen from a resource inside of this document, as in a {@code List}. */
  FieldLines within(String path) {
    var inner = new FieldLines();
    inner.put("", of(path));
    lines.forEach(
        (key, line) -> {
          if (key.startsWith(path + ".") || key.startsWith(path + "[")) {
            String rest = key.substring(path.length());
            inner.put(rest.startsWith(".") ? rest.substring(1) : rest, line);
          }
        });
    return inner;
  }

  private static String parent(String path) {
    if (path.endsWith("]")) {
      return path.substring(0, Math.max(0, path.lastIndexOf('[')));
    }
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
