package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Upstream;
import dev.penstock.translate.References;
import dev.penstock.translate.Translation;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Services whose backend is a Service of the cluster with nobody who is ready. */
final class IdleBackends {

  private static final String SERVICE_SUFFIX = ".svc";

  private IdleBackends() {}

  static Set<ResourceName> of(Translation translation, References references) {
    return translation.config().stream()
        .flatMap(config -> config.routes().stream())
        .filter(route -> isIdle(route.upstream(), references))
        .map(Route::service)
        .collect(Collectors.toSet());
  }

  /** Not where nobody says who is ready. */
  private static boolean isIdle(Upstream upstream, References references) {
    if (upstream.isMissing() || !upstream.ready().isEmpty()) {
      return false;
    }
    return service(upstream.endpoints().getFirst().host()).flatMap(references::service).stream()
        .flatMap(service -> service.endpoints().stream())
        .anyMatch(_ -> true);
  }

  private static Optional<ResourceName> service(String host) {
    return Stream.of(host)
        .filter(name -> name.endsWith(SERVICE_SUFFIX))
        .map(name -> name.split("\\."))
        .filter(labels -> labels.length == 3)
        .map(labels -> new ResourceName(labels[1], labels[0]))
        .findFirst();
  }
}
