package dev.penstock.operator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is not kept of objects, so that thousands of them fit a small process. */
final class Trims {

  private Trims() {}

  static void nothing(HasMetadata item) {
    // Few of them, or all of it is read.
  }

  static void annotations(HasMetadata item) {
    if (!Owned.madeHere(item)) {
      item.getMetadata().setAnnotations(null);
    }
  }

  static void service(Service service) {
    if (!Owned.madeHere(service)) {
      service.getMetadata().setAnnotations(null);
      service.getMetadata().setLabels(null);
    }
  }

  static void slice(EndpointSlice slice) {
    // Of a Service without pods the server writes null, which the client takes at its word.
    slice.setEndpoints(Objects.requireNonNullElse(slice.getEndpoints(), List.of()));
    slice.setPorts(Objects.requireNonNullElse(slice.getPorts(), List.of()));
    if (Owned.madeHere(slice)) {
      return;
    }
    annotations(slice);
    String service = slice.getMetadata().getLabels().get(Caches.SERVICE_OF_SLICE);
    slice
        .getMetadata()
        .setLabels(service == null ? null : Map.of(Caches.SERVICE_OF_SLICE, service));
    slice.getMetadata().setOwnerReferences(null);
    for (Endpoint endpoint : slice.getEndpoints()) {
      endpoint.setTargetRef(null);
      endpoint.setHints(null);
      endpoint.setDeprecatedTopology(null);
      endpoint.setNodeName(null);
      endpoint.setZone(null);
    }
  }

  /** A configuration is large and needed only to see whether it is still what was written. */
  static void secret(Secret secret) {
    if (!Owned.madeHere(secret)) {
      secret.getMetadata().setAnnotations(null);
    } else if (Owned.isConfig(secret) && secret.getData() != null) {
      var digests = new TreeMap<String, String>();
      secret.getData().forEach((entry, data) -> digests.put(entry, Digest.of(data)));
      secret.setData(digests);
    }
  }

  static void pod(Pod pod) {
    annotations(pod);
    pod.setSpec(null);
  }
}
