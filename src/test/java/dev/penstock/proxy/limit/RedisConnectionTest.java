package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.RedisLimiter;
import dev.penstock.model.RedisLimiter.Credentials;
import dev.penstock.model.RedisLimiter.RedisTls;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.proxy.limit.redis.TestStore;
import dev.penstock.testing.RedisServer;
import dev.penstock.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the proxy is to Redis, and whether Redis is who it should be. */
class RedisConnectionTest {

  private static final Optional<Credentials> PROXY =
      Optional.of(new Credentials(Optional.of("proxy"), new Sensitive("s3cret")));

  @TempDir private Path directory;

  @Test
  void a_user_and_a_password() {
    try (var redis = protectedServer()) {
      assertDecides(at(redis.port(), PROXY, Optional.empty(), 0));
    }
  }

  @Test
  void a_password_alone() {
    try (var redis = protectedServer()) {
      var credentials = new Credentials(Optional.empty(), new Sensitive("main"));
      assertDecides(at(redis.port(), Optional.of(credentials), Optional.empty(), 0));
    }
  }

  @Test
  void a_wrong_password_is_told() {
    try (var redis = protectedServer()) {
      var wrong = new Credentials(Optional.of("proxy"), new Sensitive("guess"));
      String problem = problem(at(redis.port(), Optional.of(wrong), Optional.empty(), 0));
      assertTrue(problem.contains("WRONGPASS"), problem);
    }
  }

  @Test
  void another_database() {
    try (var redis = RedisServer.start()) {
      assertDecides(at(redis.port(), Optional.empty(), Optional.empty(), 7));
      String keyspace = redis.command("INFO", "keyspace");
      assertTrue(keyspace.contains("db7:") && !keyspace.contains("db0:"), keyspace);
    }
  }

  @Test
  void tls_with_an_authority_of_ones_own() throws Exception {
    var ca = TestCertificates.newAuthority();
    int port = RedisServer.freePort();
    try (var redis = RedisServer.start(tls(port, ca))) {
      String pem = TestCertificates.pem(ca.certificate());
      assertDecides(at(port, Optional.empty(), Optional.of(new RedisTls(Optional.of(pem))), 0));
      assertTrue(redis.calls("evalsha") > 0);
    }
  }

  @Test
  void a_server_of_another_authority_is_refused() throws Exception {
    int port = RedisServer.freePort();
    try (var redis = RedisServer.start(tls(port, TestCertificates.newAuthority()))) {
      String other = TestCertificates.pem(TestCertificates.newAuthority().certificate());
      String problem =
          problem(at(port, Optional.empty(), Optional.of(new RedisTls(Optional.of(other))), 0));
      assertTrue(problem.contains("certificat"), problem);
      assertEquals(0, redis.calls("evalsha") + redis.calls("eval"));
    }
  }

  private static RedisServer protectedServer() {
    return RedisServer.start(
        new String[] {"main"},
        "--requirepass",
        "main",
        "--user",
        "proxy",
        "on",
        ">s3cret",
        "~penstock:*",
        "+@all");
  }

  private String[] tls(int port, TestCertificates.Issued ca) throws IOException {
    var server = TestCertificates.named("127.0.0.1").issuedBy(ca).issue();
    Path chain = Files.writeString(directory.resolve("server.crt"), server.chainPem());
    Path key = Files.writeString(directory.resolve("server.key"), server.keyPem());
    return new String[] {
      "--tls-port", "" + port,
      "--tls-cert-file", chain.toString(),
      "--tls-key-file", key.toString(),
      "--tls-auth-clients", "no",
      "--tls-ca-cert-file", chain.toString()
    };
  }

  private static RedisLimiter at(
      int port, Optional<Credentials> credentials, Optional<RedisTls> tls, int database) {
    return new RedisLimiter(
        RedisLimiter.Mode.STANDALONE,
        List.of(new Endpoint("127.0.0.1", port)),
        Optional.empty(),
        database,
        tls,
        credentials,
        "penstock:",
        Duration.ofSeconds(5));
  }

  private static void assertDecides(RedisLimiter redis) {
    try (var store = TestStore.of(redis)) {
      var answer = new CompletableFuture<Decision>();
      store.decide(Limits.key("tts", 1), Limits.nodelay("1r/h", 3), 1, answer::complete);
      assertInstanceOf(Decision.Allowed.class, answer.join(), store.told()::toString);
    }
  }

  private static String problem(RedisLimiter redis) {
    try (var store = TestStore.of(redis)) {
      return store.told().getFirst().problem().orElseThrow();
    }
  }
}
