package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.Backend;
import dev.penstock.model.ResourceName;
import dev.penstock.translate.AddressTarget;
import dev.penstock.translate.OwnedNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an AIService has in a cluster for its backend, and what it must not have. A backend that is
 * a Service already, or a host name, needs nothing.
 *
 * @param wanted to be applied in this order
 * @param unwanted to be deleted where they are: they would be wanted of another backend
 */
public record BackendObjects(List<HasMetadata> wanted, List<OwnedObject> unwanted) {

  private static final String DISCOVERY = "discovery.k8s.io/v1";

  public BackendObjects {
    wanted = List.copyOf(wanted);
    unwanted = List.copyOf(unwanted);
  }

  /**
   * Of an AIService with name, namespace and UID.
   *
   * @param service one whose backend was translated without errors
   */
  public static BackendObjects of(AIService service) {
    String name = name(service);
    Backend backend = service.getSpec() == null ? null : service.getSpec().backend();
    return pods(service, name, backend)
        .or(() -> address(service, name, backend))
        .orElseGet(() -> new BackendObjects(List.of(), List.of(service(name), slice(name))));
  }

  private static Optional<BackendObjects> pods(
      AIService service, String name, @Nullable Backend backend) {
    var selector = backend == null ? null : backend.selector();
    if (selector == null || selector.matchLabels() == null || selector.port() == null) {
      return Optional.empty();
    }
    // The slice by which an address was known must go: the Service would still lead there.
    return Optional.of(
        new BackendObjects(
            List.of(BackendService.of(service, name, selector.matchLabels(), selector.port())),
            List.of(slice(name))));
  }

  private static Optional<BackendObjects> address(
      AIService service, String name, @Nullable Backend backend) {
    String url = backend == null ? null : backend.url();
    return Optional.ofNullable(url)
        .flatMap(AddressTarget::of)
        .map(
            target ->
                new BackendObjects(
                    List.of(
                        BackendService.of(service, name, Map.of(), target.port()),
                        BackendEndpointSlice.of(service, name, target)),
                    List.of()));
  }

  private static String name(AIService service) {
    var metadata = service.getMetadata();
    return OwnedNames.backendService(new ResourceName(metadata.getNamespace(), metadata.getName()));
  }

  private static OwnedObject service(String name) {
    return new OwnedObject("v1", "Service", name);
  }

  private static OwnedObject slice(String name) {
    return new OwnedObject(DISCOVERY, "EndpointSlice", name);
  }
}
