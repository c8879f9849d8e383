package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrimsTest {

  /** As the API server writes the slice of a Service whose pods are all gone. */
  @Test
  void aSliceWithNullForItsEndpointsAndPortsHasNone() {
    var slice =
        Serialization.unmarshal(
            """
            {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
             "metadata": {"name": "s-1", "labels": {"kubernetes.io/service-name": "s"}},
             "endpoints": null, "ports": null}
            """,
            EndpointSlice.class);
    Trims.slice(slice);
    assertEquals(List.of(), slice.getEndpoints());
    assertEquals(List.of(), slice.getPorts());
  }
}
