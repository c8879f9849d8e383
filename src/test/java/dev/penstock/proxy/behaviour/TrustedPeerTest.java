package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the client is: told by a trusted peer, or else whoever is connected. */
class TrustedPeerTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        clientIP: {trustedProxies: [127.0.0.1, 10.0.0.0/8]}
        auth: {mode: External, external: {url: "http://127.0.0.1:AUTH/auth"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:BACKEND"}
        rateLimit: {rate: 1r/h, burst: 1}
      """;

  private static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";

  private static GuardedGateway gateway() {
    return GuardedGateway.serving(MANIFESTS, RawBackend.answering(OK));
  }

  private static String get(String fields) {
    return "GET /llm/x HTTP/1.1\r\nHost: h:1\r\n" + fields + "\r\n";
  }

  /** 127.0.0.2 is not among the trusted. */
  private static RawClient stranger(GuardedGateway guarded) {
    try {
      return new RawClient(
          new Socket(
              InetAddress.getLoopbackAddress(),
              guarded.gateway().httpPort(),
              InetAddress.getByName("127.0.0.2"),
              0));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void forgedAddressesOfAStrangerAreOneBucket() {
    try (var guarded = gateway();
        var client = stranger(guarded)) {
      int[] expected = {200, 200, 429, 429};
      for (int i = 0; i < expected.length; i++) {
        String forged =
            "X-Forwarded-For: 192.0.2."
                + i
                + "\r\nX-Real-IP: 192.0.2."
                + i
                + "\r\nForwarded: for=9."
                + i;
        assertEquals(expected[i], client.send(get(forged + "\r\n")).read().status(), "at " + i);
      }
      assertEquals(2, GuardedGateway.requests(guarded.backend()));
      assertEquals(2, guarded.asked());
      assertTrue(guarded.backend().received().contains("\r\nX-Forwarded-For: 127.0.0.2\r\n"));
      assertFalse(guarded.backend().received().contains("192.0.2."));
      assertFalse(guarded.auth().received().contains("192.0.2."));
    }
  }

  @Test
  void whatStandsLeftOfTheClientMayBeInvented() {
    try (var guarded = gateway();
        var client = guarded.client()) {
      int[] expected = {200, 200, 429};
      for (int i = 0; i < expected.length; i++) {
        String chain = "X-Forwarded-For: 6.6.6." + i + ", 192.0.2.7, 10.1.2.3\r\n";
        assertEquals(expected[i], client.send(get(chain)).read().status(), "at " + i);
      }
      assertEquals(200, client.send(get("X-Forwarded-For: 192.0.2.8\r\n")).read().status());
    }
  }

  @Test
  void severalLinesAreOneList() {
    try (var guarded = gateway();
        var client = guarded.client()) {
      int[] expected = {200, 200, 429};
      for (int i = 0; i < expected.length; i++) {
        String chain =
            "X-Forwarded-For: 6.6.6." + i + "\r\nX-Fine: 1\r\nX-Forwarded-For: 192.0.2.7\r\n";
        assertEquals(expected[i], client.send(get(chain)).read().status(), "at " + i);
      }
      String forwarded = guarded.backend().received();
      assertTrue(
          forwarded.contains("\r\nX-Forwarded-For: 6.6.6.0, 192.0.2.7, 127.0.0.1\r\n"), forwarded);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "192.0.2.300", "192.0.2.7 x", "::g", "127.1"})
  void anEntryThatIsNoAddressEndsTheSearchAtThePeer(String entry) {
    try (var guarded = gateway();
        var client = guarded.client()) {
      int[] expected = {200, 200, 429};
      for (int i = 0; i < expected.length; i++) {
        String chain = "X-Forwarded-For: 192.0.2." + i + ", " + entry + "\r\n";
        assertEquals(expected[i], client.send(get(chain)).read().status(), "at " + i);
      }
    }
  }

  @Test
  void theAddressesOfOneIpv6BlockAreOneBucket() {
    try (var guarded = gateway();
        var client = guarded.client()) {
      assertEquals(200, client.send(from("2001:db8:1:2::1")).read().status());
      assertEquals(200, client.send(from("[2001:db8:1:2:ffff:eeee::9]:443")).read().status());
      assertEquals(429, client.send(from("2001:0DB8:0001:0002:3::")).read().status());
      assertEquals(200, client.send(from("2001:db8:1:3::1")).read().status());
    }
  }

  @Test
  void theBlockIsAsLargeAsTheGatewaySays() {
    String narrow = MANIFESTS.replace("clientIP: {", "clientIP: {ipv6PrefixLength: 128, ");
    String wide = MANIFESTS.replace("clientIP: {", "clientIP: {ipv6PrefixLength: 48, ");
    String[] addresses = {"2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"};
    assertArrayEquals(new int[] {200, 200, 200}, statuses(narrow, addresses));
    assertArrayEquals(new int[] {200, 200, 429}, statuses(wide, addresses));
  }

  /** One request of each address. */
  private static int[] statuses(String manifests, String... addresses) {
    try (var guarded = GuardedGateway.serving(manifests, RawBackend.answering(OK));
        var client = guarded.client()) {
      return Stream.of(addresses)
          .mapToInt(address -> client.send(from(address)).read().status())
          .toArray();
    }
  }

  @Test
  void anIpv4AddressIsOneBucketInAnySpelling() {
    try (var guarded = gateway();
        var client = guarded.client()) {
      assertEquals(200, client.send(from("192.0.2.7")).read().status());
      assertEquals(200, client.send(from("::ffff:192.0.2.7")).read().status());
      assertEquals(429, client.send(from("192.0.2.7:4711")).read().status());
      assertEquals(200, client.send(from("192.0.2.6")).read().status());
    }
  }

  private static String from(String address) {
    return get("X-Forwarded-For: " + address + "\r\n");
  }

  @Test
  void theWholeAddressIsLogged() {
    try (var guarded = gateway()) {
      assertEquals(200, guarded.ask(from("2001:db8:1:2::1")).status());
      String log = guarded.gateway().closeAndReadLog();
      assertTrue(log.contains("\"client\":\"2001:db8:1:2::1\""), log);
    }
  }

  @Test
  void whatATrustedPeerSaysOfTheClientIsKept() {
    try (var guarded = gateway()) {
      RawResponse response =
          guarded.ask(
              get(
                  "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https"
                      + "\r\nX-Forwarded-Host: ai.example.com\r\nX-Request-Id: from-the-edge.1\r\n"));
      assertEquals(200, response.status());
      assertEquals("from-the-edge.1", response.header("x-request-id").orElseThrow());
      for (String line :
          new String[] {
            "X-Forwarded-For: 192.0.2.7, 127.0.0.1",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: ai.example.com",
            "X-Request-Id: from-the-edge.1"
          }) {
        String forwarded = guarded.backend().received();
        assertEquals(2, forwarded.split("\r\n" + line + "\r\n", -1).length, forwarded);
        String name = line.substring(0, line.indexOf(':') + 1);
        assertEquals(2, forwarded.split("\r\n" + name, -1).length, "once: " + forwarded);
      }
      String asked = guarded.auth().received();
      assertTrue(asked.contains("\r\nX-Forwarded-For: 192.0.2.7, 127.0.0.1\r\n"), asked);
      assertTrue(asked.contains("\r\nX-Forwarded-Proto: https\r\n"), asked);
      // The host that was routed by, which is the one that is asked about.
      assertTrue(asked.contains("\r\nX-Forwarded-Host: h\r\n"), asked);
      assertTrue(asked.contains("\r\nX-Request-Id: from-the-edge.1\r\n"), asked);
    }
  }

  @ParameterizedTest
  @CsvSource({"'a b'", "'\"quoted\"'", "'<script>'", "'a,b'", "'é'"})
  void aRequestIdThatIsUnfitForLogsIsReplaced(String id) {
    try (var guarded = gateway()) {
      RawResponse response = guarded.ask(get("X-Request-Id: " + id + "\r\n"));
      assertEquals(200, response.status());
      assertNotEquals(id, response.header("x-request-id").orElseThrow());
      assertFalse(guarded.backend().received().contains(id), guarded.backend().received());
    }
  }

  @Test
  void whatAStrangerSaysIsDropped() {
    try (var guarded = gateway();
        var client = stranger(guarded)) {
      RawResponse response =
          client
              .send(
                  get(
                      "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nX-Request-Id: evil"
                          + "\r\nX-Auth-User: evil\r\n"))
              .read();
      assertEquals(200, response.status());
      String all = guarded.backend().received() + guarded.auth().received();
      assertFalse(all.contains("evil"), all);
      assertFalse(all.contains("https"), all);
      assertNotEquals("evil", response.header("x-request-id").orElseThrow());
    }
  }
}
