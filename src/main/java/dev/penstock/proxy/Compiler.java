package dev.penstock.proxy;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Tls;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.client.ForwardedFor;
import dev.penstock.proxy.client.TrustedProxies;
import dev.penstock.proxy.limit.RateLimiter;
import dev.penstock.proxy.path.PrefixRouter;
import dev.penstock.proxy.tls.ServerTls;
import dev.penstock.proxy.tls.TlsProblem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes a config ready to serve, off the request path; all of it or nothing. */
final class Compiler {

  /** Preferred first. */
  private static final List<String> APPLICATION_PROTOCOLS = List.of("h2", "http/1.1");

  private final ProxyMetrics metrics;
  private final Queues queues;

  Compiler(ProxyMetrics metrics, Queues queues) {
    this.metrics = metrics;
    this.queues = queues;
  }

  /**
   * @param tls present when the gateway terminates TLS; its reference belongs to the receiver
   */
  record Compiled(Snapshot snapshot, Optional<ServerTls> tls) {}

  /**
   * @param limiter what its limits are decided by
   * @param running the certificates in use, taken over where they are the same
   * @throws ConfigRefusedException with every certificate or authority that cannot be used
   */
  Compiled compile(
      GatewayConfig config, RateLimiter limiter, Backends backends, Optional<ServerTls> running)
      throws ConfigRefusedException {
    List<String> problems = new ArrayList<>();
    Map<ResourceName, CompiledRoute> routes = routes(config, limiter, backends, problems);
    Optional<ServerTls> tls = tls(config, running, problems);
    if (!problems.isEmpty()) {
      tls.ifPresent(ServerTls::release);
      throw new ConfigRefusedException(problems);
    }
    metrics.retainRoutes(
        routes.values().stream().map(CompiledRoute::service).collect(Collectors.toSet()));
    routes.values().stream()
        .filter(route -> route.route().concurrency().isEmpty())
        .forEach(route -> route.meter().withoutQueue());
    var trusted = new TrustedProxies(config.clientIp().trustedProxies());
    var snapshot =
        new Snapshot(
            config,
            PrefixRouter.of(config, route -> compiled(routes, route)),
            trusted,
            new ForwardedFor(trusted),
            tls.isPresent(),
            metrics.unrouted());
    return new Compiled(snapshot, tls);
  }

  private static CompiledRoute compiled(Map<ResourceName, CompiledRoute> routes, Route route) {
    CompiledRoute compiled = routes.get(route.service());
    if (compiled == null) {
      throw new IllegalStateException(route.service() + " was not compiled");
    }
    return compiled;
  }

  private Map<ResourceName, CompiledRoute> routes(
      GatewayConfig config, RateLimiter limiter, Backends backends, List<String> problems) {
    var pipeline = new Pipeline(config.name(), limiter, backends, queues);
    Map<ResourceName, CompiledRoute> routes = new HashMap<>();
    for (Route route : config.routes()) {
      RouteMeter meter = metrics.route(route.service().toString());
      try {
        routes.put(
            route.service(),
            CompiledRoute.of(
                route,
                pipeline.stages(route, meter),
                backends.cluster(route.upstream()),
                pipeline.waiting(route),
                meter));
      } catch (TlsProblem e) {
        problems.add("AIService " + route.service() + ": " + e.getMessage());
      }
    }
    return routes;
  }

  private static Optional<ServerTls> tls(
      GatewayConfig config, Optional<ServerTls> running, List<String> problems) {
    if (config.tls().mode() == Tls.Mode.DISABLED) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ServerTls.compile(config.tls(), APPLICATION_PROTOCOLS, Instant.now(), running));
    } catch (TlsProblem | IllegalArgumentException e) {
      problems.add("certificate " + e.getMessage());
      return Optional.empty();
    }
  }
}
