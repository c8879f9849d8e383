package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.translate.Translation;
import java.util.Set;
import java.util.stream.Collectors;

/** Services whose backend is a Service of the cluster with nobody who is ready. */
final class IdleBackends {

  private IdleBackends() {}

  static Set<ResourceName> of(Translation translation) {
    return translation.config().stream()
        .flatMap(config -> config.routes().stream())
        .filter(route -> route.upstream().isIdle())
        .map(Route::service)
        .collect(Collectors.toSet());
  }
}
