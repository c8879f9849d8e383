package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AuthCache;
import dev.penstock.api.v1alpha1.AuthFailurePolicy;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ExternalAuth;
import dev.penstock.api.v1alpha1.ServiceReference;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.PathPrefix;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.model.Upstream.UpstreamTls;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code auth.external}: an auth service, nginx's {@code auth_request}. */
final class ExternalAuthTranslator {

  private record Place(Upstream upstream, String path) {}

  private final Environment environment;
  private final Targets targets;

  ExternalAuthTranslator(Environment environment, References references) {
    this.environment = environment;
    this.targets = new Targets(environment, references);
  }

  /** The policy; absent when it is not known whom to ask. */
  Optional<AuthPolicy> translate(
      ExternalAuth auth,
      AuthPolicy.ForwardCredentials credentials,
      ResourceName owner,
      Problems at) {
    Optional<Place> place = place(auth, owner, at);
    List<String> sent =
        HeaderRules.names(auth.requestHeaders(), Defaults.KEY_HEADERS, at.at("requestHeaders"));
    List<String> copied =
        HeaderRules.names(auth.responseHeaders(), List.of(), at.at("responseHeaders"));
    var timeout = Values.duration(auth.timeout(), Defaults.EXTERNAL_TIMEOUT, at.at("timeout"));
    Optional<AuthPolicy.Cache> cache = cache(auth.cache(), sent, at.at("cache"));
    return place.map(
        where ->
            new AuthPolicy.External(
                where.upstream(),
                where.path(),
                sent,
                copied,
                timeout,
                failurePolicy(auth.failurePolicy()),
                cache,
                credentials));
  }

  private Optional<Place> place(ExternalAuth auth, ResourceName owner, Problems at) {
    if ((auth.url() == null) == (auth.service() == null)) {
      at.unsupported("set exactly one of url and service");
    }
    if (auth.url() != null) {
      return url(auth.url(), owner, at.at("url"));
    }
    return auth.service() == null
        ? Optional.empty()
        : service(auth.service(), owner, at.at("service"));
  }

  private Optional<Place> url(String text, ResourceName owner, Problems at) {
    Optional<HttpUrl> parsed = at.attempt(() -> Optional.of(HttpUrl.parse(text)), Optional.empty());
    parsed.ifPresent(url -> targets.check(url.host(), owner.namespace(), at));
    return parsed.map(ExternalAuthTranslator::place);
  }

  private static Place place(HttpUrl url) {
    Optional<UpstreamTls> tls =
        url.secure()
            ? Optional.of(new UpstreamTls(url.host(), Optional.empty()))
            : Optional.empty();
    return new Place(new Upstream(List.of(new Endpoint(url.host(), url.port())), tls), url.path());
  }

  private Optional<Place> service(ServiceReference ref, ResourceName owner, Problems at) {
    if (!environment.inCluster()) {
      at.error(
          Reason.BACKEND_NOT_FOUND,
          "there is no cluster to look in; use url, for example http://127.0.0.1:8080/auth");
      return Optional.empty();
    }
    String written = Values.or(ref.path(), Defaults.EXTERNAL_PATH);
    String path = at.at("path").attempt(() -> checked(written), Defaults.EXTERNAL_PATH);
    Optional<Integer> port = BackendTranslator.port(ref.port(), at.at("port"));
    Optional<String> name = Values.name(ref.name(), "a Service", at.at("name"));
    if (port.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    var service = new ResourceName(owner.namespace(), name.get());
    targets.checkService(service, port.get(), at);
    var endpoint = new Endpoint(Targets.dnsName(service), port.get());
    var ready = targets.ready(service, port.get());
    var upstream = new Upstream(List.of(endpoint), Optional.empty()).withReady(ready);
    return Optional.of(new Place(upstream, path));
  }

  private static String checked(String path) {
    PathPrefix.check("path", path);
    return path;
  }

  private static Optional<AuthPolicy.Cache> cache(
      @Nullable AuthCache cache, List<String> sent, Problems at) {
    if (cache == null) {
      return Optional.empty();
    }
    if (cache.ttl() == null) {
      at.at("ttl").unsupported("is missing; set how long a 2xx is believed, for example 30s");
    }
    // Any positive value will do where there is none: the problem above stands.
    var ttl = Values.duration(cache.ttl(), Defaults.CACHE_NEGATIVE_TTL, at.at("ttl"));
    var negativeTtl =
        Values.durationOrZero(
            cache.negativeTtl(), Defaults.CACHE_NEGATIVE_TTL, at.at("negativeTtl"));
    return Optional.of(
        new AuthPolicy.Cache(ttl, negativeTtl, keyHeaders(cache, sent, at.at("keyHeaders"))));
  }

  private static Optional<List<String>> keyHeaders(
      AuthCache cache, List<String> sent, Problems at) {
    if (cache.keyHeaders() == null) {
      return Optional.empty();
    }
    List<String> names = HeaderRules.names(cache.keyHeaders(), List.of(), at);
    for (String name : names) {
      if (sent.stream().noneMatch(name::equalsIgnoreCase)) {
        at.unsupported(name + " is not sent to the auth service; add it to requestHeaders");
      }
    }
    return Optional.of(names);
  }

  private static AuthPolicy.FailurePolicy failurePolicy(@Nullable AuthFailurePolicy policy) {
    return switch (Values.or(policy, AuthFailurePolicy.CLOSED)) {
      case CLOSED -> AuthPolicy.FailurePolicy.CLOSED;
      case OPEN -> AuthPolicy.FailurePolicy.OPEN;
    };
  }
}
