package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.AIServiceSpec;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.Concurrency;
import dev.penstock.model.Cors;
import dev.penstock.model.PathPrefix;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Upstream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One AIService as a route of one gateway: nginx's {@code location {}}. */
final class ServiceTranslator {

  private final GatewayParts gateway;
  private final References references;
  private final boolean inCluster;
  private final BackendTranslator backends;
  private final AuthTranslator auths;

  ServiceTranslator(GatewayParts gateway, Environment environment, References references) {
    this.gateway = gateway;
    this.references = references;
    this.inCluster = environment.inCluster();
    this.backends = new BackendTranslator(environment, references);
    this.auths = new AuthTranslator(environment, references, gateway.name());
  }

  /** The route; absent when there are errors. */
  Optional<Route> translate(AIService service, List<Problems> parentRefs, Problems problems) {
    ResourceName name = Resources.name(service.getMetadata());
    checkNamespace(name, parentRefs);
    AIServiceSpec spec = service.getSpec();
    if (spec == null) {
      problems.at("spec").unsupported("is missing; set at least path and backend");
      return Optional.empty();
    }
    Optional<Route> route = route(name, spec, problems.at("spec"));
    if (inCluster && problems.hasErrors() && !problems.hasOwnErrors()) {
      return unavailable(name, spec);
    }
    return problems.hasErrors() ? Optional.empty() : route;
  }

  /**
   * What it refers to is not there or not permitted: it keeps its place and answers 503, or a
   * shorter prefix would get its requests.
   */
  private static Optional<Route> unavailable(ResourceName name, AIServiceSpec spec) {
    Problems known = Problems.of(ResourceRef.service(name));
    List<String> hostnames = Hostnames.parse(spec.hostnames(), known);
    return path(spec.path(), known)
        .map(
            path ->
                new Route(
                    name,
                    hostnames,
                    path,
                    Defaults.REWRITE,
                    Upstream.missing(),
                    Optional.empty(),
                    TimeoutTranslator.translate(null, known),
                    ByteSize.parse(Defaults.MAX_BODY_SIZE),
                    new AuthPolicy.None(),
                    Optional.empty(),
                    Optional.empty()));
  }

  private Optional<Route> route(ResourceName name, AIServiceSpec spec, Problems at) {
    List<String> hostnames = Hostnames.parse(spec.hostnames(), at.at("hostnames"));
    Hostnames.within(gateway.hostnames(), spec.hostnames(), at.at("hostnames"));
    Optional<String> path = path(spec.path(), at.at("path"));
    Optional<String> rewrite = path(Values.or(spec.rewrite(), Defaults.REWRITE), at.at("rewrite"));
    Optional<Upstream> upstream = backends.translate(spec.backend(), name, at.at("backend"));
    Optional<RateLimit> limit = LimitTranslator.translate(spec.rateLimit(), at.at("rateLimit"));
    Timeouts timeouts = TimeoutTranslator.translate(spec.timeouts(), at.at("timeouts"));
    ByteSize body = Values.size(spec.maxBodySize(), Defaults.MAX_BODY_SIZE, at.at("maxBodySize"));
    AuthPolicy auth = auths.translate(spec.auth(), gateway.auth(), name, at.at("auth"));
    Optional<Concurrency> concurrency =
        ConcurrencyTranslator.translate(spec.concurrency(), at.at("concurrency"));
    Optional<Cors> cors = CorsTranslator.translate(spec.cors(), at.at("cors"));
    if (path.isEmpty() || rewrite.isEmpty() || upstream.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Route(
            name,
            hostnames,
            path.get(),
            rewrite.get(),
            upstream.get(),
            limit,
            timeouts,
            body,
            auth,
            cors,
            concurrency));
  }

  private void checkNamespace(ResourceName name, List<Problems> parentRefs) {
    if (!Parents.allows(
        gateway.allowedNamespaces(), gateway.name(), name.namespace(), references)) {
      String message =
          "AIGateway "
              + gateway.name()
              + " does not allow namespace "
              + name.namespace()
              + "; its spec.allowedNamespaces can";
      parentRefs.forEach(at -> at.error(Reason.NAMESPACE_NOT_ALLOWED, message));
    }
  }

  private static Optional<String> path(@Nullable String path, Problems at) {
    if (path == null) {
      at.unsupported("is missing; set one, for example /stt");
      return Optional.empty();
    }
    return at.attempt(
        () -> {
          PathPrefix.check("path", path);
          return Optional.of(path);
        },
        Optional.empty());
  }
}
