package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.testing.RedisServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many clients whose requests reach any of four proxies that share a Redis. */
class SharedLimitClientsTest {

  private static final int PROXIES = 4;
  private static final int CLIENTS = 1_000;
  private static final int REQUESTS = 5;
  private static final int AT_ONCE = 32;

  @Test
  void ofAThousandClientsAtRandomProxiesEachHasExactlyTheBurstAndOne() throws Exception {
    try (var redis = RedisServer.start();
        var backend = RawBackend.ok("hello");
        var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<RunningGateway> proxies = new ArrayList<>();
      try {
        for (int i = 0; i < PROXIES; i++) {
          proxies.add(RunningGateway.serving(manifests(redis, backend.port())));
        }
        Map<Integer, AtomicInteger> passed = new ConcurrentHashMap<>();
        List<Future<?>> done = new ArrayList<>();
        for (List<Integer> clients : shuffledInParts()) {
          done.add(workers.submit(() -> send(proxies, clients, passed)));
        }
        for (Future<?> each : done) {
          each.get();
        }
        assertEquals(
            Map.of(3, (long) CLIENTS),
            passed.values().stream()
                .collect(Collectors.groupingBy(AtomicInteger::get, Collectors.counting())));
      } finally {
        proxies.forEach(RunningGateway::close);
      }
    }
  }

  /** Every client as often as it sends, in no order, for each of those that send at once. */
  private static List<List<Integer>> shuffledInParts() {
    List<Integer> all =
        IntStream.range(0, CLIENTS * REQUESTS)
            .mapToObj(i -> i % CLIENTS)
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(all, new Random(11));
    int part = all.size() / AT_ONCE + 1;
    return IntStream.range(0, AT_ONCE)
        .mapToObj(i -> all.subList(i * part, Math.min(all.size(), (i + 1) * part)))
        .toList();
  }

  private static void send(
      List<RunningGateway> proxies, List<Integer> clients, Map<Integer, AtomicInteger> passed) {
    List<RawClient> connections =
        proxies.stream().map(proxy -> new RawClient(proxy.httpPort())).toList();
    try {
      var random = new Random(clients.hashCode());
      for (int client : clients) {
        int status =
            connections
                .get(random.nextInt(PROXIES))
                .send(
                    "GET /s HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.1."
                        + (client / 250)
                        + "."
                        + (client % 250)
                        + "\r\n\r\n")
                .read()
                .status();
        if (status == 200) {
          passed.computeIfAbsent(client, _ -> new AtomicInteger()).incrementAndGet();
        } else {
          assertEquals(429, status);
        }
      }
    } finally {
      connections.forEach(RawClient::close);
    }
  }

  private static String manifests(RedisServer redis, int port) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec:
          tls: {mode: Disabled}
          clientIP: {trustedProxies: ["127.0.0.0/8"]}
          limiter: {redis: {addresses: ["%s"], timeout: 5s}, failurePolicy: Closed}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec:
          path: /s
          backend: {url: "http://127.0.0.1:%d"}
          rateLimit: {rate: 1r/h, burst: 2}
        """
        .formatted(redis.address(), port);
  }
}
