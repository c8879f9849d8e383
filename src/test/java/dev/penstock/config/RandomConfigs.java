package dev.penstock.config;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.Certificate;
import dev.penstock.model.Cidr;
import dev.penstock.model.ClientIp;
import dev.penstock.model.Concurrency;
import dev.penstock.model.Cors;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.RedisLimiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Tls;
import dev.penstock.model.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Valid configurations of any shape, the same for the same seed. */
final class RandomConfigs {

  static final String KEY_PEM =
      "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----\n";
  static final String SHA256 = "0123456789abcdef".repeat(4);
  static final String REDIS_PASSWORD = "correct horse";
  static final String QUERY_TOKEN = "hunter2";

  private final Random random;

  RandomConfigs(Random random) {
    this.random = random;
  }

  /** One with every optional field present, and every kind of auth. */
  static GatewayConfig full() {
    var upstream =
        new Upstream(
            List.of(new Upstream.Endpoint("whisper", 9011), new Upstream.Endpoint("::1", 1)),
            Optional.of(new Upstream.UpstreamTls("whisper.ai", Optional.of("ca pem"))));
    var external =
        new AuthPolicy.External(
            upstream,
            "/check?token=" + QUERY_TOKEN,
            List.of("x-api-key"),
            List.of("x-user"),
            Duration.ofSeconds(5),
            AuthPolicy.FailurePolicy.OPEN,
            Optional.of(
                new AuthPolicy.Cache(
                    Duration.ofSeconds(30), Duration.ZERO, Optional.of(List.of("x-api-key")))),
            AuthPolicy.ForwardCredentials.KEEP);
    var keys =
        new AuthPolicy.ApiKeys(
            List.of(new AuthPolicy.ApiKey("ai/keys/alice", SHA256)),
            List.of("authorization"),
            AuthPolicy.ForwardCredentials.STRIP);
    var limit = new RateLimit(Rate.parse("6r/m"), 3, Optional.of(2), 503, RateLimit.Mode.DRY_RUN);
    return new GatewayConfig(
        new ResourceName("ai", "default"),
        List.of("ai.example.com", "*.example.org"),
        new Tls(
            Tls.Mode.TERMINATE,
            Tls.Version.TLS_1_3,
            List.of(new Certificate("ai/tls", "chain", new Sensitive(KEY_PEM))),
            Optional.of(new Tls.ClientAuthority("ai/clients-ca", "ca pem"))),
        new ClientIp(
            List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32")),
            56,
            ClientIp.ProxyProtocol.OPTIONAL),
        new EdgeLimits(2048, 9, 300, Duration.ofSeconds(1), Duration.ofSeconds(2), 3, 4, 5),
        new Limiter(Optional.of(redis()), Limiter.FailurePolicy.CLOSED, 3),
        Duration.ofMinutes(1),
        List.of(
            route("whisper", "/stt", upstream, Optional.of(limit), external),
            route("xkeys", "/keys", upstream, Optional.empty(), keys),
            route("xnone", "/", upstream, Optional.empty(), new AuthPolicy.None())));
  }

  private static RedisLimiter redis() {
    return new RedisLimiter(
        RedisLimiter.Mode.SENTINEL,
        List.of(new Upstream.Endpoint("s1", 26379), new Upstream.Endpoint("::1", 26380)),
        Optional.of("main"),
        3,
        Optional.of(new RedisLimiter.RedisTls(Optional.of("ca pem"))),
        Optional.of(
            new RedisLimiter.Credentials(Optional.of("proxy"), new Sensitive(REDIS_PASSWORD))),
        "p:",
        Duration.ofMillis(50));
  }

  private static Route route(
      String name, String path, Upstream upstream, Optional<RateLimit> limit, AuthPolicy auth) {
    return new Route(
        new ResourceName("ai", name),
        List.of("ai.example.com"),
        path,
        "/base",
        upstream,
        limit,
        new Timeouts(
            Duration.ofMillis(1500),
            Duration.ofSeconds(60),
            Duration.ofSeconds(61),
            Optional.of(Duration.ofHours(1))),
        new ByteSize(10 << 20),
        auth,
        Optional.of(
            new Cors(
                List.of("https://a.example"),
                List.of("POST"),
                List.of("X-API-Key"),
                Duration.ofMinutes(5))),
        Optional.of(
            new Concurrency(
                2,
                Optional.of(
                    new Concurrency.Queue(
                        32, Duration.ofSeconds(60), Optional.of(Duration.ofSeconds(10)))),
                Concurrency.ColdStart.HOLD)));
  }

  GatewayConfig next() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(4); i++) {
      routes.add(route(i));
    }
    return new GatewayConfig(
        new ResourceName("ns", "gateway"),
        some(() -> "h" + random.nextInt(1 << 30) + ".example"),
        new Tls(
            pick(Tls.Mode.values()),
            pick(Tls.Version.values()),
            some(() -> new Certificate(text(), text(), new Sensitive(text()))),
            maybe(() -> new Tls.ClientAuthority(text(), "c" + text()))),
        new ClientIp(
            some(() -> Cidr.parse(random.nextInt(256) + ".0.0.0/" + random.nextInt(33))),
            32 + random.nextInt(97),
            pick(ClientIp.ProxyProtocol.values())),
        EdgeLimits.defaults(),
        new Limiter(
            maybe(RandomConfigs::redis),
            pick(Limiter.FailurePolicy.values()),
            1 + random.nextInt(9)),
        Duration.ofMillis(random.nextInt(1_000_000)),
        routes);
  }

  private Route route(int index) {
    return new Route(
        new ResourceName("ns", "s" + index),
        List.of(),
        "/p" + index,
        random.nextBoolean() ? "/" : "/base",
        upstream(),
        maybe(this::rateLimit),
        new Timeouts(span(), span(), span(), maybe(this::span)),
        new ByteSize(random.nextLong() >>> 1),
        auth(),
        maybe(
            () ->
                new Cors(
                    List.of("https://h" + random.nextInt(1 << 30)),
                    List.of("*"),
                    List.of(),
                    span())),
        maybe(this::concurrency));
  }

  private Concurrency concurrency() {
    Optional<Concurrency.Queue> queue =
        maybe(() -> new Concurrency.Queue(1 + random.nextInt(100_000), span(), maybe(this::span)));
    return new Concurrency(
        1 + random.nextInt(100_000),
        queue,
        queue.isPresent() ? pick(Concurrency.ColdStart.values()) : Concurrency.ColdStart.FAIL);
  }

  private RateLimit rateLimit() {
    int burst = random.nextInt(1000);
    return new RateLimit(
        Rate.parse((1 + random.nextInt(1000)) + "r/" + pick("s", "m", "h")),
        burst,
        maybe(() -> random.nextInt(burst + 1)),
        400 + random.nextInt(200),
        pick(RateLimit.Mode.values()));
  }

  private Upstream upstream() {
    List<Upstream.Endpoint> endpoints =
        new ArrayList<>(some(() -> new Upstream.Endpoint(text(), 1 + random.nextInt(65_535))));
    endpoints.add(new Upstream.Endpoint("10.0.0.1", 80));
    boolean h2c = random.nextInt(4) == 0;
    return new Upstream(
        endpoints,
        h2c ? Optional.empty() : maybe(() -> new Upstream.UpstreamTls(text(), maybe(this::text))),
        h2c ? Upstream.Protocol.H2C : Upstream.Protocol.HTTP,
        maybe(
            () ->
                random.nextBoolean()
                    ? List.of(new Upstream.Endpoint("10.1.0.1", 8080))
                    : List.of()));
  }

  private AuthPolicy auth() {
    return switch (random.nextInt(3)) {
      case 0 -> new AuthPolicy.None();
      case 1 ->
          new AuthPolicy.External(
              upstream(),
              "/" + text(),
              some(this::header),
              some(this::header),
              span(),
              pick(AuthPolicy.FailurePolicy.values()),
              maybe(
                  () ->
                      new AuthPolicy.Cache(
                          span(),
                          Duration.ofNanos(random.nextInt(9)),
                          maybe(() -> some(this::header)))),
              pick(AuthPolicy.ForwardCredentials.values()));
      default ->
          new AuthPolicy.ApiKeys(
              some(() -> new AuthPolicy.ApiKey(text(), SHA256)),
              List.of(header()),
              pick(AuthPolicy.ForwardCredentials.values()));
    };
  }

  private Duration span() {
    return Duration.ofNanos(1 + random.nextLong(Long.MAX_VALUE - 1));
  }

  private String header() {
    return "x-" + random.nextInt(1 << 20);
  }

  /** Not blank, with what JSON has to escape. */
  private String text() {
    return "t" + random.nextInt(1 << 20) + pick("\"", "\\", "\n", "é", "\uD83D\uDE00", " ");
  }

  private <T> List<T> some(Supplier<T> make) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      list.add(make.get());
    }
    return list;
  }

  private <T> Optional<T> maybe(Supplier<T> make) {
    return random.nextBoolean() ? Optional.of(make.get()) : Optional.empty();
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
