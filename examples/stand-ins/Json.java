import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON to and from Map, List, String, Long, Double, Boolean and null: the JDK has none, and a
 * stand-in has no dependencies.
 */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException when the text is not JSON
   */
  static Object parse(String text) {
    var json = new Json(text);
    var value = json.value();
    json.space();
    if (json.at < text.length()) {
      throw json.error("the end");
    }
    return value;
  }

  static String write(Object value) {
    var out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private Object value() {
    space();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object() {
    var members = new LinkedHashMap<String, Object>();
    at++;
    if (skipIf('}')) {
      return members;
    }
    do {
      space();
      var name = string();
      if (!skipIf(':')) {
        throw error(":");
      }
      members.put(name, value());
    } while (skipIf(','));
    if (!skipIf('}')) {
      throw error("}");
    }
    return members;
  }

  private List<Object> array() {
    var values = new ArrayList<Object>();
    at++;
    if (skipIf(']')) {
      return values;
    }
    do {
      values.add(value());
    } while (skipIf(','));
    if (!skipIf(']')) {
      throw error("]");
    }
    return values;
  }

  private String string() {
    if (peek() != '"') {
      throw error("a string");
    }
    var out = new StringBuilder();
    for (at++; peek() != '"'; at++) {
      out.append(peek() == '\\' ? escape() : peek());
    }
    at++;
    return out.toString();
  }

  private char escape() {
    at++;
    char c = peek();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> {
        at += 4;
        peek();
        yield (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
      }
      default -> c;
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw error(word);
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    var digits = text.substring(start, at);
    if (digits.isEmpty()) {
      throw error("a value");
    }
    if (digits.matches("-?\\d{1,18}")) {
      return Long.valueOf(digits);
    }
    return Double.valueOf(digits);
  }

  private boolean skipIf(char c) {
    space();
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("more");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException error(String wanted) {
    return new IllegalArgumentException("JSON: wanted " + wanted + " at character " + at);
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case String s -> quote(s, out);
      case Map<?, ?> map -> {
        var separator = "{";
        // The order of Map.of changes from run to run.
        var ordered = map instanceof LinkedHashMap ? map : new TreeMap<>(map);
        for (var entry : ordered.entrySet()) {
          out.append(separator);
          quote((String) entry.getKey(), out);
          write(entry.getValue(), out.append(':'));
          separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        var separator = "[";
        for (var item : list) {
          write(item, out.append(separator));
          separator = ",";
        }
        out.append(list.isEmpty() ? "[]" : "]");
      }
      case null -> out.append("null");
      default -> out.append(value);
    }
  }

  private static void quote(String s, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
