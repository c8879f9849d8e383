package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Map;
import java.util.Objects;

/** Objects of a backend that cannot become what is wanted: nobody misses them for a moment. */
public final class Replacement {

  private Replacement() {}

  /**
   * Whether what stands there is to be deleted before what is wanted is made. Never true of the
   * objects of a gateway: to delete its Service would lose its address.
   */
  public static boolean needed(HasMetadata standing, HasMetadata wanted) {
    if (standing instanceof EndpointSlice slice && wanted instanceof EndpointSlice other) {
      // The API server never changes it.
      return !Objects.equals(slice.getAddressType(), other.getAddressType());
    }
    if (standing instanceof Service service && wanted instanceof Service other) {
      return headless(other) && (!headless(service) || hasSelector(service) != hasSelector(other));
    }
    return false;
  }

  /**
   * One that loses its selector keeps the pods' addresses in the cluster's EndpointSlices for ever;
   * one that gets a selector keeps the address families of one without, which a cluster with one
   * family refuses.
   */
  private static boolean hasSelector(Service service) {
    Map<String, String> selector = service.getSpec().getSelector();
    return selector != null && !selector.isEmpty();
  }

  private static boolean headless(Service service) {
    return service.getSpec() != null && "None".equals(service.getSpec().getClusterIP());
  }
}
