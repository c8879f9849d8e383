package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Backend;
import dev.penstock.api.v1alpha1.BackendProtocol;
import dev.penstock.api.v1alpha1.BackendSelector;
import dev.penstock.api.v1alpha1.BackendService;
import dev.penstock.api.v1alpha1.CaReference;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.model.Upstream.UpstreamTls;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code spec.backend}: where requests go. */
final class BackendTranslator {

  /** What the entry of a Secret with authorities is called. */
  private static final String CA_ENTRY = "ca.crt";

  private final Environment environment;
  private final References references;
  private final Targets targets;

  BackendTranslator(Environment environment, References references) {
    this.environment = environment;
    this.references = references;
    this.targets = new Targets(environment, references);
  }

  /** The upstream; absent when a problem stands in its way. */
  Optional<Upstream> translate(@Nullable Backend backend, ResourceName owner, Problems at) {
    if (backend == null) {
      at.unsupported("is missing; set service, selector or url");
      return Optional.empty();
    }
    long set =
        Stream.of(
                Optional.ofNullable(backend.service()),
                Optional.ofNullable(backend.selector()),
                Optional.ofNullable(backend.url()))
            .filter(Optional::isPresent)
            .count();
    if (set != 1) {
      at.unsupported("set exactly one of service, selector and url");
    }
    Optional<Upstream> service = service(backend, owner, at.at("service"));
    Optional<Upstream> selector = selector(backend, owner, at.at("selector"));
    Optional<Upstream> url = url(backend, owner, at.at("url"));
    return service.or(() -> selector).or(() -> url).flatMap(to -> spoken(to, backend, at));
  }

  private static Optional<Upstream> spoken(Upstream to, Backend backend, Problems at) {
    if (backend.protocol() != BackendProtocol.H2C) {
      return Optional.of(to);
    }
    if (to.tls().isPresent()) {
      at.at("protocol").unsupported("H2C is HTTP/2 without TLS; remove tls, or use an http url");
      return Optional.empty();
    }
    return Optional.of(to.withProtocol(Upstream.Protocol.H2C));
  }

  private Optional<Upstream> service(Backend backend, ResourceName owner, Problems at) {
    BackendService service = backend.service();
    if (service == null || unavailable(at)) {
      return Optional.empty();
    }
    Optional<Integer> port = port(service.port(), at.at("port"));
    Optional<String> named = Values.name(service.name(), "a Service", at.at("name"));
    if (named.isEmpty()) {
      return Optional.empty();
    }
    var name = new ResourceName(owner.namespace(), named.get());
    port.ifPresent(number -> targets.checkService(name, number, at));
    return port.flatMap(number -> inCluster(name, number, backend.tls(), owner, at));
  }

  private Optional<Upstream> selector(Backend backend, ResourceName owner, Problems at) {
    BackendSelector selector = backend.selector();
    if (selector == null || unavailable(at)) {
      return Optional.empty();
    }
    Map<String, String> labels = Values.or(selector.matchLabels(), Map.of());
    if (labels.isEmpty()) {
      at.at("matchLabels").unsupported("is missing; set the labels of the pods");
    }
    Selectors.checkLabels(labels, at.at("matchLabels"));
    var name = new ResourceName(owner.namespace(), OwnedNames.backendService(owner));
    return port(selector.port(), at.at("port"))
        .flatMap(number -> inCluster(name, number, backend.tls(), owner, at));
  }

  private Optional<Upstream> inCluster(
      ResourceName name, int port, @Nullable CaReference tls, ResourceName owner, Problems at) {
    String host = Targets.dnsName(name);
    return Optional.of(
        new Upstream(List.of(new Endpoint(host, port)), tls(tls, host, owner, at.sibling("tls")))
            .withReady(targets.ready(name, port)));
  }

  private Optional<Upstream> url(Backend backend, ResourceName owner, Problems at) {
    if (backend.url() == null) {
      return Optional.empty();
    }
    String text = backend.url();
    Optional<HttpUrl> parsed = at.attempt(() -> Optional.of(HttpUrl.parse(text)), Optional.empty());
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    HttpUrl url = parsed.get();
    if (!url.path().equals("/")) {
      at.unsupported("has the path " + url.path() + "; put it into spec.rewrite");
    }
    if (backend.tls() != null && !url.secure()) {
      at.sibling("tls").unsupported("needs an https url; use one, or remove tls");
    }
    targets.check(url.host(), owner.namespace(), at);
    CaReference tls = url.secure() ? Values.or(backend.tls(), new CaReference(null)) : null;
    return Optional.of(
        new Upstream(
            List.of(new Endpoint(url.host(), url.port())),
            tls(tls, url.host(), owner, at.sibling("tls"))));
  }

  private boolean unavailable(Problems at) {
    if (!environment.inCluster()) {
      at.error(
          Reason.BACKEND_NOT_FOUND,
          "there is no cluster to look in; use backend.url, for example http://127.0.0.1:9011");
      return true;
    }
    return false;
  }

  static Optional<Integer> port(@Nullable Integer port, Problems at) {
    if (port == null) {
      at.unsupported("is missing; set a port from 1 to 65535");
      return Optional.empty();
    }
    return Values.inRange(port, 1, 65_535, at) ? Optional.of(port) : Optional.empty();
  }

  private Optional<UpstreamTls> tls(
      @Nullable CaReference tls, String serverName, ResourceName owner, Problems at) {
    if (tls == null) {
      return Optional.empty();
    }
    return Optional.of(new UpstreamTls(serverName, authorities(tls, owner, at.at("caRef"))));
  }

  private Optional<String> authorities(CaReference tls, ResourceName owner, Problems at) {
    if (tls.caRef() == null) {
      return Optional.empty();
    }
    Optional<String> named = Values.name(tls.caRef().name(), "a Secret", at.at("name"));
    if (named.isEmpty()) {
      return Optional.empty();
    }
    var name = new ResourceName(owner.namespace(), named.get());
    Optional<String> pem =
        references
            .secret(name)
            .flatMap(secret -> Optional.ofNullable(secret.data().get(CA_ENTRY)))
            .map(entry -> entry.value())
            .filter(text -> !text.isBlank());
    if (pem.isEmpty()) {
      at.error(
          Reason.INVALID_CERTIFICATE_REF,
          "there is no Secret " + name + " with an entry " + CA_ENTRY + "; create it");
    }
    return pem;
  }
}
