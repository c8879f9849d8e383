package dev.penstock.cli;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.Certificate;
import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Tls;
import dev.penstock.model.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Configurations that a proxy can run; nothing answers behind their routes. */
public final class ServedConfigs {

  private ServedConfigs() {}

  /** So many routes in plain HTTP: {@code /s0}, {@code /s1} and so on. */
  public static GatewayConfig plain(int routes) {
    return of(Tls.disabled(), routes);
  }

  /** The same behind TLS. */
  public static GatewayConfig secure(Certificate certificate, int routes) {
    return of(new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate)), routes);
  }

  private static GatewayConfig of(Tls tls, int routes) {
    return new GatewayConfig(
        new ResourceName("ai", "default"),
        List.of(),
        tls,
        new ClientIp(List.of(), 64, ClientIp.ProxyProtocol.DISABLED),
        EdgeLimits.defaults(),
        Limiter.local(),
        Duration.ofSeconds(5),
        IntStream.range(0, routes).mapToObj(ServedConfigs::route).toList());
  }

  private static Route route(int number) {
    return new Route(
        new ResourceName("ai", "s" + number),
        List.of(),
        "/s" + number,
        "/",
        new Upstream(
            List.of(new Upstream.Endpoint("127.0.0.1", 1 + number % 1000)), Optional.empty()),
        Optional.empty(),
        new Timeouts(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Optional.empty()),
        new ByteSize(1 << 20),
        new AuthPolicy.None(),
        Optional.empty(),
        Optional.empty());
  }
}
