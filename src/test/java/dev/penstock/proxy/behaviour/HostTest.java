package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostTest {

  private final Arena arena = new Arena();

  @AfterAll
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host: h\r\nHost: h\r\n",
        "Host: h\r\nhost: evil\r\n",
        "Host:\r\nHost: h\r\n",
        "Host_: h\r\n",
        "X-Host: h\r\n"
      })
  void anythingButOneHostIsRefused(String hosts) {
    arena.refuses(400, "GET /a/attack HTTP/1.1\r\n" + hosts + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a, b",
        "a,b",
        "a b",
        "a@b",
        "user:secret@h",
        "@h",
        "h/x",
        "/",
        "h?x",
        "h#x",
        "h\\x",
        "http://h",
        "h:",
        "h:x",
        "h:80:81",
        "h:-1",
        "h:99999",
        "h:+80",
        "[::1",
        "::1]",
        "[::1]x",
        "[::g]",
        "h%00",
        "h\u00e9",
        "h|x",
        "h\"",
        "<h>",
        "h;x",
        "h..x",
        ".",
        "*"
      })
  void aHostThatIsNoAuthorityIsRefused(String host) {
    arena.refuses(400, "GET /a/attack HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://h/a/attack",
        "file:///a/attack",
        "gopher://h/a/attack",
        "httpx://h/a/attack",
        "http:/a/attack",
        "http:a/attack",
        "a/attack",
        "h:80",
        "*",
        "http://",
        "http:///a",
        "http://a@b/a/attack",
        "http://h:x/a/attack",
        "http://a,b/a/attack",
        "://h/a/attack",
        "http://h/a/../../attack",
        "http://h/a%2fattack",
        "http://h\\a/attack"
      })
  void aTargetThatIsNoHttpUrlIsRefused(String target) {
    arena.refuses(400, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }

  @Test
  void theTargetsAuthorityCountsWhateverHostSays() {
    String got = arena.passes("GET http://target:81/a/x HTTP/1.1\r\nHost: other\r\n\r\n");
    assertTrue(got.startsWith("GET /x HTTP/1.1\r\n"), got);
    assertTrue(got.contains("\r\nX-Forwarded-Host: target\r\n"), got);
    assertFalse(got.contains("other"), got);
  }

  @Test
  void anAbsoluteTargetStillNeedsASoundHost() {
    arena.refuses(400, "GET http://h/a/attack HTTP/1.1\r\n\r\n");
    arena.refuses(400, "GET http://h/a/attack HTTP/1.1\r\nHost: a@b\r\n\r\n");
  }

  @Test
  void theHostThatTheBackendSeesIsItsOwn() {
    String got = arena.passes("GET /a/x HTTP/1.1\r\nHost: client.example:8443\r\n\r\n");
    assertTrue(got.contains("\r\nHost: 127.0.0.1:" + arena.backend().port() + "\r\n"), got);
    assertTrue(got.contains("\r\nX-Forwarded-Host: client.example:8443\r\n"), got);
  }
}
