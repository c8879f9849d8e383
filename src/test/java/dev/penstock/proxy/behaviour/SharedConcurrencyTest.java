package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A backend for one request at a time behind several proxies. */
class SharedConcurrencyTest {

  @Test
  void twoProxiesSendOneRequestAtATime() throws Exception {
    var atOnce = new AtomicInteger();
    var most = new AtomicInteger();
    try (var redis = RedisServer.start();
        var backend =
            new RawBackend(
                connection -> {
                  while (connection.readRequest() != null) {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    atOnce.decrementAndGet();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                  }
                });
        var one = RunningGateway.serving(manifests(redis, backend));
        var other = RunningGateway.serving(manifests(redis, backend));
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        int port = (i % 2 == 0 ? one : other).httpPort();
        answers.add(clients.submit(() -> get(port)));
      }
      for (Future<Integer> answer : answers) {
        assertEquals(200, answer.get());
      }
      assertEquals(1, most.get());
      assertTrue(redis.calls("evalsha") >= 200);
    }
  }

  @Test
  void aRequestWhosePermitIsLostEndsAtTheBackend() throws Exception {
    var ended = new Semaphore(0);
    try (var redis = RedisServer.start();
        var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                  connection.awaitEnd();
                  ended.release();
                });
        var gateway = RunningGateway.serving(manifests(redis, backend));
        var client = new RawClient(gateway.httpPort())) {
      client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n");
      RedisServer.await("it is at the backend", () -> backend.connections() == 1);
      redis.kill();
      RedisServer.await("it ends", ended::tryAcquire);
    }
  }

  private static int get(int port) {
    try (var client = new RawClient(port)) {
      return client.send("GET /s HTTP/1.1\r\nHost: h\r\n\r\n").read().status();
    }
  }

  private static String manifests(RedisServer redis, RawBackend backend) {
    return """
        apiVersion: penstock.dev/v1alpha1
        kind: AIGateway
        metadata: {name: default, namespace: ai}
        spec:
          tls: {mode: Disabled}
          limiter: {redis: {addresses: ["%s"], timeout: 1s}, failurePolicy: Closed}
        ---
        apiVersion: penstock.dev/v1alpha1
        kind: AIService
        metadata: {name: s, namespace: ai}
        spec:
          path: /s
          backend: {url: "http://127.0.0.1:%d"}
          concurrency: {maxInFlight: 1, queue: {maxDepth: 100, timeout: 60s}}
        """
        .formatted(redis.address(), backend.port());
  }
}
