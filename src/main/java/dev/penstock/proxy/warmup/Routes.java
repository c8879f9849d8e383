package dev.penstock.proxy.warmup;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Tls;
import dev.penstock.model.Upstream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** What the private proxy serves: a route for each way through the pipeline. */
final class Routes {

  private static final String NAMESPACE = "warm-up";
  private static final AuthPolicy NO_AUTH = new AuthPolicy.None();
  private static final Optional<RateLimit> NO_LIMIT = Optional.empty();

  private final Upstream upstream;

  private Routes(Upstream upstream) {
    this.upstream = upstream;
  }

  static GatewayConfig to(InetSocketAddress backend, Tls tls) {
    var endpoint = new Upstream.Endpoint(backend.getAddress().getHostAddress(), backend.getPort());
    var routes = new Routes(new Upstream(List.of(endpoint), Optional.empty()));
    return new GatewayConfig(
        new ResourceName(NAMESPACE, NAMESPACE),
        List.of(),
        tls.withoutClientCa(), // its client has none
        ClientIp.defaults(),
        EdgeLimits.defaults(),
        Limiter.local(),
        Duration.ZERO,
        routes.all());
  }

  private List<Route> all() {
    return List.of(
        route("plain", NO_LIMIT, NO_AUTH),
        route("limited", limit("1000000r/s", 1_000_000), NO_AUTH),
        route("refused", limit("1r/h", 0), NO_AUTH),
        route("external", NO_LIMIT, external(Optional.empty())),
        route("cached", NO_LIMIT, external(Optional.of(cache()))),
        route("keys", NO_LIMIT, keys()));
  }

  private Route route(String name, Optional<RateLimit> limit, AuthPolicy auth) {
    return new Route(
        new ResourceName(NAMESPACE, name),
        List.of(),
        "/" + name,
        "/",
        upstream,
        limit,
        Timeouts.defaults(),
        ByteSize.parse("10Mi"),
        auth,
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<RateLimit> limit(String rate, int burst) {
    return Optional.of(
        new RateLimit(Rate.parse(rate), burst, Optional.empty(), 429, RateLimit.Mode.ENFORCE));
  }

  private AuthPolicy external(Optional<AuthPolicy.Cache> cache) {
    return new AuthPolicy.External(
        upstream,
        Requests.AUTH_PATH,
        List.of("x-api-key"),
        List.of(),
        Duration.ofSeconds(5),
        AuthPolicy.FailurePolicy.CLOSED,
        cache,
        AuthPolicy.ForwardCredentials.STRIP);
  }

  private static AuthPolicy.Cache cache() {
    return new AuthPolicy.Cache(Duration.ofSeconds(30), Duration.ZERO, Optional.empty());
  }

  private static AuthPolicy keys() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(Requests.GOOD_KEY.getBytes(StandardCharsets.US_ASCII));
      var key = new AuthPolicy.ApiKey(NAMESPACE, HexFormat.of().formatHex(hash));
      return new AuthPolicy.ApiKeys(
          List.of(key), List.of("x-api-key"), AuthPolicy.ForwardCredentials.STRIP);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
