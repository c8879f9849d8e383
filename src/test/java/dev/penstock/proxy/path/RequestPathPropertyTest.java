package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Random paths of hostile pieces, held against laws and against a slow reading of the rules. */
class RequestPathPropertyTest {

  private static final int ROUNDS = 200_000;

  private static final String[] PIECES = {
    "/", "/", "/", "/", "//", ".", "..", "...", "/.", "/..", "/../", "/./", "%2e", "%2E", ";",
    "%3b", "%3B", "..;", "%2f", "%5c", "\\", "%00", "%0d%0a", "%", "%z", "%25", "%252e", "%41",
    "%7e", "a", "stt", "llm", "B", "-", "_", "~", "[", "|", "\"", "é", "%c3%a9", "=", ":", "@", "?",
    "?x=/../", "#", " ", "\u0001", "\u007f"
  };

  private static final Pattern CANONICAL =
      Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*");

  private static final Pattern FORBIDDEN =
      Pattern.compile("//|/\\.{1,2}(?:/|$)|/\\.{0,2}(?:;|%3B)|%2F|%5C|%00|%[46][1-9A-F]|%2[DE]");

  private final Random random = new Random(20_260_101);

  @Test
  void everyPathIsRefusedOrBecomesWhatASlowReadingOfTheRulesSays() {
    int valid = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String target = target();
      Optional<String> expected = slowly(target);
      switch (RequestPath.parse(target)) {
        case RequestPath.Invalid invalid ->
            assertTrue(expected.isEmpty(), () -> target + " was refused: " + invalid);
        case RequestPath.Valid path -> {
          assertEquals(expected, Optional.of(path.path().toString()), target);
          holdsTheLaws(path);
          valid++;
        }
      }
    }
    assertTrue(valid > ROUNDS / 20, "only " + valid + " were valid");
  }

  private static void holdsTheLaws(RequestPath.Valid path) {
    String text = path.path().toString();
    assertTrue(CANONICAL.matcher(text).matches(), text);
    assertTrue(!FORBIDDEN.matcher(text).find(), text);
    assertEquals(
        path, assertInstanceOf(RequestPath.Valid.class, RequestPath.parse(path.toString())));
  }

  private String target() {
    var text = new StringBuilder("/");
    int pieces = random.nextInt(9);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static Optional<String> slowly(String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question);
    if (query.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#')) {
      return Optional.empty();
    }
    return spell(path).flatMap(RequestPathPropertyTest::resolve);
  }

  private static Optional<String> spell(String path) {
    var out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#') {
        return Optional.empty();
      }
      if (c != '%') {
        out.append("\"<>[]^`{|}".indexOf(c) >= 0 ? hex(c) : String.valueOf(c));
        continue;
      }
      if (!path.substring(i).matches("(?s)%[0-9a-fA-F]{2}.*")) {
        return Optional.empty();
      }
      char decoded = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);
      if (decoded == '/' || decoded == '\\' || decoded == 0) {
        return Optional.empty();
      }
      boolean unreserved = String.valueOf(decoded).matches("[A-Za-z0-9._~-]");
      out.append(unreserved ? String.valueOf(decoded) : hex(decoded));
      i += 2;
    }
    return Optional.of(out.toString());
  }

  private static String hex(char c) {
    return String.format(Locale.ROOT, "%%%02X", (int) c);
  }

  private static Optional<String> resolve(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.substring(1).split("/", -1);
    for (String segment : segments) {
      if (segment.matches("\\.{0,2}(;|%3B).*")) {
        return Optional.empty();
      }
      switch (segment) {
        case "", "." -> {}
        case ".." -> {
          if (kept.isEmpty()) {
            return Optional.empty();
          }
          kept.removeLast();
        }
        default -> kept.add(segment);
      }
    }
    boolean folder = segments[segments.length - 1].matches("\\.{0,2}");
    String joined = "/" + String.join("/", kept);
    return Optional.of(folder && !kept.isEmpty() ? joined + "/" : joined);
  }

  @Test
  void everySpellingOfAPathLeadsToTheSamePath() {
    for (int round = 0; round < 20_000; round++) {
      var spelled = new StringBuilder();
      for (char c : "/llm/v1/chat.x".toCharArray()) {
        spelled.append(c == '/' ? slash(random.nextInt(4)) : character(c, random.nextInt(4)));
      }
      if (!(RequestPath.parse(spelled.toString()) instanceof RequestPath.Valid valid)) {
        fail(spelled.toString());
        return;
      }
      assertEquals("/llm/v1/chat.x", valid.path().toString(), spelled::toString);
    }
  }

  private static String slash(int choice) {
    return switch (choice) {
      case 0 -> "//";
      case 1 -> "/./";
      case 2 -> "/x/%2e./";
      default -> "/";
    };
  }

  private static String character(char c, int choice) {
    return switch (choice) {
      case 0 -> hex(c).toLowerCase(Locale.ROOT);
      case 1 -> hex(c);
      default -> String.valueOf(c);
    };
  }
}
