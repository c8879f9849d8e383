package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorityTest {

  @ParameterizedTest
  @CsvSource({
    "ai.example.com, ai.example.com, -1",
    "AI.Example.COM, ai.example.com, -1",
    "ai.example.com:8443, ai.example.com, 8443",
    "ai.example.com., ai.example.com, -1",
    "ai.example.com.:80, ai.example.com, 80",
    "localhost:1, localhost, 1",
    "my_service:65535, my_service, 65535",
    "xn--bcher-kva.example, xn--bcher-kva.example, -1",
    "192.0.2.7:80, 192.0.2.7, 80",
    "[::1], [::1], -1",
    "[2001:DB8:0:0::1]:8443, [2001:db8::1], 8443",
    "[::FFFF:192.0.2.7], [::ffff:192.0.2.7], -1",
    "[::192.0.2.7], [::c000:207], -1"
  })
  void readsHostAndPort(String value, String host, int port) {
    assertEquals(host + " " + port, outcome(value));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "a@b",
    "user:pass@b",
    "'a,b'",
    "'a, b'",
    "'a b'",
    "' a'",
    "'a\tb'",
    "a/b",
    "a?b",
    "a#b",
    "'a\\b'",
    "a%2eb",
    "a..b",
    ".a",
    "a..",
    ".",
    ":80",
    "é.example",
    "[::1",
    "::1",
    "[::1]x",
    "[::1]x:80",
    "[]",
    "[1.2.3.4]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[v1.x]",
    "[::g]",
    "[1:2:3:4:5:6:7:8:9]",
    "a]",
    "<a>",
    "a|b",
    "~a",
    "*"
  })
  void refusesWhatIsNotOneHost(String value) {
    String outcome = outcome(value);
    assertEquals(true, outcome.equals("BAD_HOST") || outcome.equals("BAD_PORT"), outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "a:",
    "a:0",
    "a:65536",
    "a:99999",
    "a:123456",
    "a:-1",
    "a:+1",
    "a:8x",
    "a:80:80",
    "[::1]:",
    "a: 80"
  })
  void refusesWhatIsNotAPort(String value) {
    assertEquals("BAD_PORT", outcome(value));
  }

  @Test
  void refusesAnOverlongName() {
    assertEquals("BAD_HOST", outcome("a".repeat(254)));
    assertEquals("a".repeat(253) + " -1", outcome("a".repeat(253)));
  }

  @Test
  void refusesEveryControlByte() {
    for (int c = 0; c <= 0x20; c++) {
      assertEquals("BAD_HOST", outcome("a" + (char) c + "b"));
    }
    assertEquals("BAD_HOST", outcome("a\u007fb"));
  }

  @Test
  void throwsAtNothing() {
    var random = new Random(5);
    String alphabet = "0123:::..fF[]%a@ ";
    for (int round = 0; round < 100_000; round++) {
      var text = new StringBuilder("[");
      for (int i = random.nextInt(14); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (Authority.parse(text.append(']')) instanceof Authority.Valid valid) {
        assertEquals(valid, Authority.parse(valid.host()), text::toString);
      }
    }
  }

  private static String outcome(String value) {
    return switch (Authority.parse(value)) {
      case Authority.Valid valid -> valid.host() + " " + valid.port();
      case Authority.Invalid invalid -> invalid.problem().name();
    };
  }
}
