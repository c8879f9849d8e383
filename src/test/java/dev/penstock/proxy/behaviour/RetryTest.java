package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.upstream.Resolver;
import dev.penstock.testing.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is tried again, and what is not. */
class RetryTest {

  private static final String MANIFESTS =
      """
      apiVersion: penstock.dev/v1alpha1
      kind: AIGateway
      metadata: {name: default, namespace: ai}
      spec: {tls: {mode: Disabled}}
      ---
      apiVersion: penstock.dev/v1alpha1
      kind: AIService
      metadata: {name: s, namespace: ai}
      spec: {path: /s, backend: {url: "http://%s:%d"}, timeouts: {connect: 200ms}}
      """;

  private static final String GET = "GET /s/ HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static InetAddress loopback(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private static String put(int length) {
    return "PUT /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + "x".repeat(length);
  }

  /** Answers the first request of its first connection, and closes at the next one. */
  private static RawBackend closingOnReuse() {
    var first = new CountDownLatch(1);
    return new RawBackend(
        connection -> {
          boolean isFirst = first.getCount() == 1;
          first.countDown();
          while (connection.readRequest() != null) {
            connection.send(OK);
            if (isFirst) {
              connection.readHead();
              return;
            }
          }
        });
  }

  private static int second(String request) {
    try (var backend = closingOnReuse();
        var gateway = RunningGateway.serving(MANIFESTS.formatted("127.0.0.1", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(GET).read().status());
      int status = client.send(request).read().status();
      if (status == 200) {
        assertEquals(2, backend.connections());
        int body = request.indexOf("\r\n\r\n") + 4;
        String sent = request.substring(body);
        assertTrue(backend.received().endsWith("\r\n\r\n" + sent), "the body is whole");
        assertEquals("200 none", gateway.awaitLogged(2).outcome());
      } else {
        assertEquals(1, backend.connections());
        assertEquals("502 upstream_closed", gateway.awaitLogged(2).outcome());
      }
      return status;
    }
  }

  @Test
  void a_get_is_sent_again_when_the_kept_connection_was_dead() {
    assertEquals(200, second(GET));
  }

  @Test
  void a_put_is_sent_again_with_its_body() {
    assertEquals(200, second(put(20_000)));
  }

  @Test
  void a_post_is_not_sent_again() {
    assertEquals(502, second("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"));
  }

  @Test
  void a_post_that_says_it_may_be_is_sent_again() {
    assertEquals(
        200,
        second(
            "POST /s/ HTTP/1.1\r\nHost: h\r\nIdempotency-Key: 1\r\nContent-Length: 3\r\n\r\nabc"));
  }

  @Test
  void a_body_too_long_to_be_kept_is_not_sent_again() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send(OK);
                  connection.readHead();
                  connection.in().readNBytes(100_000);
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("127.0.0.1", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(200, client.send(GET).read().status());
      assertEquals(502, client.send(put(100_000)).read().status());
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void what_fails_on_a_new_connection_is_not_sent_again() {
    try (var backend = new RawBackend(connection -> connection.readRequest());
        var gateway = RunningGateway.serving(MANIFESTS.formatted("127.0.0.1", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals("502 upstream_closed", gateway.awaitLogged(1).outcome());
      assertEquals(1, backend.connections());
    }
  }

  @Test
  void an_idle_connection_that_the_backend_has_closed_is_not_used() {
    try (var backend =
            new RawBackend(
                connection -> {
                  connection.readRequest();
                  connection.send(OK);
                });
        var gateway = RunningGateway.serving(MANIFESTS.formatted("127.0.0.1", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      for (int i = 0; i < 20; i++) {

        assertEquals(200, client.send(GET).read().status());
      }
      assertEquals(20, backend.connections());
    }
  }

  @Test
  void another_address_is_tried_when_one_refuses() throws UnknownHostException {
    Resolver two = host -> List.of(loopback(2), loopback(1));
    try (var backend = RawBackend.ok("ok");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("two.test", backend.port()), two)) {
      for (int i = 0; i < 4; i++) {
        try (var client = new RawClient(gateway.httpPort())) {
          assertEquals(
              200,
              client
                  .send("POST /s/ HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
                  .read()
                  .status());
        }
        assertEquals("127.0.0.1:" + backend.port(), gateway.awaitLogged(i + 1).upstream());
      }
    }
  }

  @Test
  void refused_everywhere_is_a_502() throws Exception {
    int port;
    try (var closed = RawBackend.ok("")) {
      port = closed.port();
    }
    Resolver two = host -> List.of(loopback(2), loopback(1));
    try (var gateway = RunningGateway.serving(MANIFESTS.formatted("two.test", port), two);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals("502 upstream_unreachable", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_name_that_does_not_resolve_is_a_502() {
    Resolver none =
        host -> {
          throw new UnknownHostException(host);
        };
    try (var gateway = RunningGateway.serving(MANIFESTS.formatted("none.test", 80), none);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals("502 upstream_unreachable", gateway.awaitLogged(1).outcome());
    }
  }

  @Test
  void a_name_that_takes_too_long_to_resolve_is_a_504() {
    var end = new CountDownLatch(1);
    Resolver slow =
        host -> {
          try {
            end.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new UnknownHostException(host);
          }
          return List.of(loopback(1));
        };
    try (var backend = RawBackend.ok("ok");
        var gateway =
            RunningGateway.serving(MANIFESTS.formatted("slow.test", backend.port()), slow);
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(504, client.send(GET).read().status());
      assertEquals("504 upstream_connect_timeout", gateway.awaitLogged(1).outcome());
      end.countDown();
      Await.until("it resolves", () -> client.send(GET).read().status() == 200);
    }
  }

  @Test
  void the_address_with_the_fewest_requests_at_work_gets_the_next() throws Exception {
    var end = new CountDownLatch(1);
    RawBackend.Script holding =
        connection -> {
          connection.readRequest();
          end.await();
          connection.send(OK);
        };
    Resolver two = host -> List.of(loopback(1), loopback(2));
    try (var one = new RawBackend(loopback(1), 0, holding);
        var other = new RawBackend(loopback(2), one.port(), holding);
        var gateway = RunningGateway.serving(MANIFESTS.formatted("two.test", one.port()), two)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 1; i <= 10; i++) {
        clients.add(new RawClient(gateway.httpPort()).send(GET));
        int so = i;
        Await.until("request " + i, () -> one.connections() + other.connections() == so);
        assertTrue(
            Math.abs(one.connections() - other.connections()) <= 1,
            one.connections() + " and " + other.connections());
      }
      end.countDown();
      for (RawClient client : clients) {
        assertEquals(200, client.read().status());
        client.close();
      }
    }
  }

  @Test
  void garbage_is_a_502() {
    try (var backend = RawBackend.answering("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        var gateway = RunningGateway.serving(MANIFESTS.formatted("127.0.0.1", backend.port()));
        var client = new RawClient(gateway.httpPort())) {
      assertEquals(502, client.send(GET).read().status());
      assertEquals("502 upstream_invalid", gateway.awaitLogged(1).outcome());
      Await.until("the backend is let go", () -> backend.working() == 0);
    }
  }
}
