package dev.penstock.operator;

import dev.penstock.model.Cidr;
import dev.penstock.model.InvalidValueException;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.translate.Environment;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What no backend may be: the API server's addresses, and the operator's own. */
final class Surroundings {

  private static final ResourceName API_SERVER = new ResourceName("default", "kubernetes");

  private final Caches caches;
  private final List<String> own;

  /**
   * @param own further addresses, known from the start; what is none is passed over
   */
  Surroundings(Caches caches, List<String> own) {
    this.caches = caches;
    this.own = List.copyOf(own);
  }

  Environment environment() {
    var addresses =
        Stream.of(own.stream(), clusterAddresses(), endpoints())
            .flatMap(all -> all)
            .distinct()
            .sorted()
            .flatMap(Surroundings::block)
            .toList();
    return Environment.cluster(addresses);
  }

  private Stream<String> clusterAddresses() {
    return caches.of(Service.class).get(API_SERVER).stream()
        .flatMap(
            service ->
                Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.<String>of())
                    .stream());
  }

  private Stream<String> endpoints() {
    return caches.slices(API_SERVER).stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .flatMap(endpoint -> endpoint.getAddresses().stream());
  }

  private static Stream<Cidr> block(String address) {
    try {
      return Stream.of(Cidr.parse(address));
    } catch (InvalidValueException e) {
      return Stream.of(); // a name, which Targets refuses by itself
    }
  }
}
