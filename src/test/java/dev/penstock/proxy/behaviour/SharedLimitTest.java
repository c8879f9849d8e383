package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that several proxies share through a real Redis, as their clients see it. */
class SharedLimitTest {

  @Test
  void ofTwoHundredRequestsAtFourProxiesExactlyTheBurstAndOnePass() throws Exception {
    int trials = 50;
    try (var redis = RedisServer.start();
        var backend = RawBackend.ok("hello");
        var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      String manifests = manifests(redis, "5s", "Closed", backend, trials);
      List<RunningGateway> proxies = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          proxies.add(RunningGateway.serving(manifests));
        }
        for (int trial = 0; trial < trials; trial++) {
          String path = "/s" + trial;
          List<Future<Integer>> answers = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            int port = proxies.get(i % 4).httpPort();
            answers.add(workers.submit(() -> get(port, path).status()));
          }
          Map<Integer, Long> statuses = new TreeMap<>();
          for (Future<Integer> answer : answers) {
            statuses.merge(answer.get(), 1L, Long::sum);
          }
          assertEquals(Map.of(200, 3L, 429, 197L), statuses);
        }
        assertTrue(redis.calls("evalsha") > 0);
      } finally {
        proxies.forEach(RunningGateway::close);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"Local,200,\"local\";q=3;w=45", "Open,200,", "Closed,503,"})
  void whileRedisIsAwayThePolicyAnswersAndShows(String policy, int status, String header) {
    try (var redis = RedisServer.start();
        var backend = RawBackend.ok("hello");
        var gateway = RunningGateway.serving(manifests(redis, "500ms", policy, backend, 1))) {
      awaitPolicy(gateway, Optional.of("\"default\";q=3;w=45"));
      assertTrue(metrics(gateway).contains("penstock_limiter_degraded 0.0"), metrics(gateway));
      assertTrue(detail(gateway).startsWith("limiter: counting in Redis (standalone 127.0.0.1:"));

      redis.kill();
      awaitMetric(gateway, "penstock_limiter_degraded 1.0");
      RawResponse away = get(gateway.httpPort(), "/s0");
      assertEquals(status, away.status());
      assertEquals(Optional.ofNullable(header), away.header("ratelimit-policy"));
      assertTrue(detail(gateway).startsWith("limiter: degraded, Redis"), detail(gateway));

      redis.restart();
      awaitMetric(gateway, "penstock_limiter_degraded 0.0");
      awaitPolicy(gateway, Optional.of("\"default\";q=3;w=45"));
    }
  }

  @Test
  void aGatewayThatNeverSawRedisStartsAndFollowsThePolicy() {
    try (var redis = RedisServer.start();
        var backend = RawBackend.ok("hello")) {
      String manifests = manifests(redis, "500ms", "Closed", backend, 1);
      redis.kill();
      try (var gateway = RunningGateway.serving(manifests)) {
        assertEquals(503, get(gateway.httpPort(), "/s0").status());
        assertTrue(metrics(gateway).contains("penstock_limiter_degraded 1.0"));
        redis.restart();
        awaitMetric(gateway, "penstock_limiter_degraded 0.0");
        awaitPolicy(gateway, Optional.of("\"default\";q=3;w=45"));
      }
    }
  }

  @Test
  void redisComesAndGoesWithTheConfig() throws Exception {
    try (var redis = RedisServer.start();
        var backend = RawBackend.ok("hello")) {
      String shared = manifests(redis, "5s", "Closed", backend, 1);
      String alone = shared.replaceFirst("  limiter: .*\n", "");
      try (var gateway = RunningGateway.serving(alone)) {
        assertEquals(Optional.empty(), gateway.server().limiterDetail());
        gateway.apply(shared);
        get(gateway.httpPort(), "/s0");
        assertEquals(1, redis.calls("evalsha"));
        gateway.apply(shared.replace("burst: 2", "burst: 4"));
        get(gateway.httpPort(), "/s0");
        assertTrue(redis.command("CLIENT", "LIST").contains("name=penstock"));
        gateway.apply(alone);
        get(gateway.httpPort(), "/s0");
        assertEquals(2, redis.calls("evalsha"));
        RedisServer.await(
            "the connections end",
            () -> !redis.command("CLIENT", "LIST").contains("name=penstock"));
      }
    }
  }

  private static void awaitPolicy(RunningGateway gateway, Optional<String> policy) {
    RedisServer.await(
        "the policy is " + policy,
        () -> {
          RawResponse response = get(gateway.httpPort(), "/s0");
          assertTrue(List.of(200, 429, 503).contains(response.status()), response::toString);
          return response.header("ratelimit-policy").equals(policy);
        });
  }

  private static void awaitMetric(RunningGateway gateway, String line) {
    RedisServer.await(line, () -> metrics(gateway).contains(line));
  }

  private static String metrics(RunningGateway gateway) {
    return new String(gateway.metrics().scrape("").body(), StandardCharsets.UTF_8);
  }

  private static String detail(RunningGateway gateway) {
    return gateway.server().limiterDetail().orElseThrow();
  }

  private static String manifests(
      RedisServer redis, String timeout, String policy, RawBackend backend, int services) {
    return gateway(redis, timeout, policy)
        + IntStream.range(0, services)
            .mapToObj(i -> service(i, backend.port()))
            .collect(Collectors.joining());
  }

  private static String gateway(RedisServer redis, String timeout, String policy) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec:
          tls: {mode: Disabled}
          limiter: {redis: {addresses: ["%s"], timeout: %s}, failurePolicy: %s}
        """
        .formatted(redis.address(), timeout, policy);
  }

  private static String service(int number, int port) {
    return """
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s%1$d, namespace: ai}
        spec:
          path: /s%1$d
          backend: {url: "http://127.0.0.1:%2$d"}
          rateLimit: {rate: 4r/m, burst: 2}
        """
        .formatted(number, port);
  }

  private static RawResponse get(int port, String path) {
    try (var client = new RawClient(port)) {
      return client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
    }
  }
}
