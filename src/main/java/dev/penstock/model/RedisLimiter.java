package dev.penstock.model;

import dev.penstock.model.Upstream.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A Redis to count in.
 *
 * @param addresses of the server, of the sentinels, or of some nodes of the cluster
 * @param masterName what the sentinels call the master; present with {@code SENTINEL} and only then
 * @param database its number; a cluster only has 0
 * @param tls present: speak TLS, and verify the server's certificate
 * @param keyPrefix what the name of every key starts with
 * @param timeout how long a command may take
 */
public record RedisLimiter(
    Mode mode,
    List<Endpoint> addresses,
    Optional<String> masterName,
    int database,
    Optional<RedisTls> tls,
    Optional<Credentials> credentials,
    String keyPrefix,
    Duration timeout) {

  /** How Redis is run. */
  public enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  /**
   * TLS to Redis.
   *
   * @param caPem the authorities to trust, in PEM; absent: those of the JDK
   */
  public record RedisTls(Optional<String> caPem) {}

  /**
   * Who the proxy is to Redis.
   *
   * @param username absent: Redis' default user
   */
  public record Credentials(Optional<String> username, Sensitive password) {}

  public RedisLimiter {
    addresses = List.copyOf(addresses);
    Check.nonEmpty("addresses", addresses);
    Check.that(
        mode != Mode.STANDALONE || addresses.size() == 1,
        "addresses",
        "must be one with mode Standalone");
    Check.that(
        (mode == Mode.SENTINEL) == masterName.isPresent(),
        "masterName",
        "must be set with mode Sentinel, and only then");
    Check.range("database", database, 0, 1023);
    Check.that(mode != Mode.CLUSTER || database == 0, "database", "must be 0 in a cluster");
    Check.positive("timeout", timeout);
  }
}
