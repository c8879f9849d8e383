package dev.penstock.proxy;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.limit.LimitScope;
import dev.penstock.proxy.limit.RateLimiter;
import dev.penstock.proxy.stage.ApiKeyStage;
import dev.penstock.proxy.stage.BodySizeStage;
import dev.penstock.proxy.stage.CorsStage;
import dev.penstock.proxy.stage.ExternalAuthStage;
import dev.penstock.proxy.stage.MissingBackendStage;
import dev.penstock.proxy.stage.QueueStage;
import dev.penstock.proxy.stage.RateLimitStage;
import dev.penstock.proxy.stage.Stage;
import dev.penstock.proxy.tls.TlsProblem;
import java.util.ArrayList;
import java.util.List;

/**
 * What a matched request passes before it is forwarded, in nginx's order: declared body size, rate
 * limit, auth, queue; and before them what answers a browser's preflight. A bad key thus costs a
 * token, and a refused request never reaches auth. A route without a backend has nothing to guard.
 */
final class Pipeline {

  private final ResourceName gateway;
  private final RateLimiter limiter;
  private final Backends backends;
  private final Queues queues;

  Pipeline(ResourceName gateway, RateLimiter limiter, Backends backends, Queues queues) {
    this.gateway = gateway;
    this.limiter = limiter;
    this.backends = backends;
    this.queues = queues;
  }

  /** How the route's requests wait for the backend. */
  Waiting waiting(Route route) {
    return route
        .concurrency()
        .map(each -> Waiting.of(each, queues.line(route.service(), each).gate()))
        .orElse(Waiting.NONE);
  }

  /**
   * @throws TlsProblem if the authorities of an auth service cannot be read
   */
  List<Stage> stages(Route route, RouteMeter meter) throws TlsProblem {
    if (route.upstream().isMissing()) {
      return List.of(new MissingBackendStage());
    }
    List<Stage> stages = new ArrayList<>();
    route.cors().ifPresent(cors -> stages.add(new CorsStage(cors)));
    stages.add(new BodySizeStage(route.maxBodySize()));
    route
        .rateLimit()
        .ifPresent(
            limit -> {
              var scope = new LimitScope(gateway, route.service());
              stages.add(new RateLimitStage(limiter, scope, limit, meter));
            });
    switch (route.auth()) {
      case AuthPolicy.None _ -> {}
      case AuthPolicy.ApiKeys keys -> stages.add(new ApiKeyStage(keys, meter));
      case AuthPolicy.External external ->
          stages.add(
              new ExternalAuthStage(
                  external,
                  backends.cluster(external.upstream()),
                  backends.authCache(external),
                  meter));
    }
    route
        .concurrency()
        .ifPresent(
            concurrency -> {
              var permits = queues.line(route.service(), concurrency).permits();
              stages.add(new QueueStage(permits, concurrency, meter.queue(), queues::stopping));
            });
    return stages;
  }
}
