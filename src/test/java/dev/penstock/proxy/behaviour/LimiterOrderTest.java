package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.GuardedGateway.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What takes a token and what does not, and what a client is told of its limit. */
class LimiterOrderTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec:
        tls: {mode: Disabled}
        limits: {idleTimeout: 1s}
        auth: {mode: External, external: {url: "http://127.0.0.1:AUTH/auth"}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: llm, namespace: ai}
      spec:
        path: /llm
        backend: {url: "http://127.0.0.1:BACKEND"}
        maxBodySize: "10"
        rateLimit: {rate: 6r/m, burst: 2}
      """;

  private static String get(String key) {
    return "GET /llm/x HTTP/1.1\r\nHost: h\r\nX-API-Key: " + key + "\r\n\r\n";
  }

  private static String limits(String limit) {
    return MANIFESTS.replace("rate: 6r/m, burst: 2", limit);
  }

  @Test
  void aBadKeyCostsATokenAndARefusedRequestNeverReachesAuth() {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      int[] expected = {401, 401, 401, 429, 429};
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], client.send(get("bad")).read().status(), "at " + i);
      }
      assertEquals(429, client.send(get(KEY)).read().status());
      assertEquals(3, guarded.asked());
      assertEquals("", guarded.backend().received());
      guarded.gateway().advance(Duration.ofSeconds(10));
      assertEquals(200, client.send(get(KEY)).read().status());
      assertEquals(429, client.send(get(KEY)).read().status());
      assertEquals(4, guarded.asked());
      assertEquals(1, GuardedGateway.requests(guarded.backend()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /llm/x HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n",
        "GET /llm/%2f HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /llmx HTTP/1.1\r\nHost: h\r\n\r\n",
        "TRACE /llm/x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /llm/x HTTP/1.1\r\nHost: h\r\nConnection: X-API-Key\r\n\r\n"
      })
  void whatIsRefusedBeforeTheLimitTakesNoToken(String request) {
    try (var guarded = GuardedGateway.serving(MANIFESTS)) {
      for (int i = 0; i < 5; i++) {
        int status = guarded.ask(request).status();
        assertTrue(status >= 400 && status < 429, "status " + status);
      }
      assertEquals(0, guarded.asked());
      RawResponse response = guarded.ask(get(KEY));
      assertEquals(200, response.status());
      assertEquals("\"default\";r=2;t=10", response.header("ratelimit").orElseThrow());
    }
  }

  @Test
  void anAnswerTellsTheLimitAndWhatIsLeft() {
    try (var guarded = GuardedGateway.serving(MANIFESTS);
        var client = guarded.client()) {
      for (int left = 2; left >= 0; left--) {
        RawResponse response = client.send(get(KEY)).read();
        assertEquals(200, response.status());
        assertEquals("\"default\";q=3;w=30", response.header("ratelimit-policy").orElseThrow());
        String limit = response.header("ratelimit").orElseThrow();
        assertTrue(limit.startsWith("\"default\";r=" + left + ";t="), limit);
      }
      RawResponse refused = client.send(get(KEY)).read();
      assertEquals(429, refused.status());
      assertEquals("10", refused.header("retry-after").orElseThrow());
      assertEquals("\"default\";r=0;t=10", refused.header("ratelimit").orElseThrow());
      assertEquals("\"default\";q=3;w=30", refused.header("ratelimit-policy").orElseThrow());
      assertTrue(refused.header("connection").isEmpty());
    }
  }

  @Test
  void theStatusOfARefusalIsConfigurable() {
    try (var guarded = GuardedGateway.serving(limits("rate: 6r/m, burst: 0, statusCode: 503"))) {
      assertEquals(200, guarded.ask(get(KEY)).status());
      RawResponse refused = guarded.ask(get(KEY));
      assertEquals(503, refused.status());
      assertEquals("10", refused.header("retry-after").orElseThrow());
    }
  }

  @Test
  void dryRunCountsAndLogsAndLetsEveryRequestPass() {
    try (var guarded = GuardedGateway.serving(limits("rate: 6r/m, burst: 0, mode: DryRun"));
        var client = guarded.client()) {
      for (int i = 0; i < 3; i++) {
        RawResponse response = client.send(get(KEY)).read();
        assertEquals(200, response.status());
        assertEquals(Optional.empty(), response.header("ratelimit"));
        assertEquals(Optional.empty(), response.header("ratelimit-policy"));
      }
      assertEquals(3, guarded.asked());
      assertEquals(3, GuardedGateway.requests(guarded.backend()));
      var counter =
          guarded
              .gateway()
              .metrics()
              .registry()
              .get("penstock.limit.decisions")
              .tag("decision", "would_refuse")
              .counter();
      assertEquals(2.0, counter.count());
      String log = guarded.gateway().closeAndReadLog();
      assertEquals(3, log.split("\"dry_run_limited\":true", -1).length, log);
    }
  }

  @Test
  void requestsBeyondTheDelayWaitAsLongAsTheirTokensTake() {
    try (var guarded = GuardedGateway.serving(limits("rate: 4r/s, burst: 2, delay: 0"));
        var client = guarded.client()) {
      long start = System.nanoTime();
      client.send(get(KEY) + get(KEY) + get(KEY));
      for (int i = 0; i < 3; i++) {
        RawResponse response = client.read();
        assertEquals(200, response.status());
        assertTrue(response.header("ratelimit").isPresent());
        long waited = System.nanoTime() - start;
        assertTrue(waited >= i * Duration.ofMillis(250).toNanos(), i + " after " + waited + " ns");
      }
    }
  }

  @Test
  void aRequestMayWaitForItsTokensLongerThanAConnectionMayBeIdle() {
    try (var guarded = GuardedGateway.serving(limits("rate: 30r/m, burst: 1, delay: 0"))) {
      assertEquals(200, guarded.ask(get(KEY)).status());
      long start = System.nanoTime();
      RawResponse response = guarded.ask(get(KEY));
      assertEquals(200, response.status(), response.text());
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(1_500).toNanos());
    }
  }

  @Test
  void aClientThatLeavesWhileItWaitsIsNotForwarded() {
    try (var guarded = GuardedGateway.serving(limits("rate: 2r/s, burst: 2, delay: 0"))) {
      assertEquals(200, guarded.ask(get(KEY)).status());
      try (var leaving = guarded.client()) {
        leaving.send(get(KEY));
      }
      // Its token is spent all the same: this one is let through a second after the first.
      assertEquals(200, guarded.ask(get(KEY).replace("/x", "/last")).status());
      String forwarded = guarded.backend().received();
      assertEquals(2, GuardedGateway.requests(guarded.backend()), forwarded);
      assertFalse(guarded.asked() > 2);
      assertTrue(forwarded.contains("GET /last HTTP/1.1\r\n"), forwarded);
    }
  }
}
