package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Upstream.Endpoint;
import dev.penstock.translate.References;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReadyEndpointsTest {

  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: s, namespace: ai}
      spec: {ports: [{name: http, port: 80}, {name: more, port: 81}]}
      """;

  @Test
  void portsAreFoundByTheirNameAndAddressesByTheirReadiness() {
    var found =
        read(
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-1, namespace: ai}
            addressType: IPv4
            ports: [{name: http, port: 8080}]
            endpoints:
              - {addresses: [10.0.0.2], conditions: {ready: true}}
              - {addresses: [10.0.0.1]}
              - {addresses: [10.0.0.3], conditions: {ready: false}}
            """,
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-2, namespace: ai}
            addressType: IPv4
            ports: [{name: http, port: 8080}, {name: other, port: 1}]
            endpoints: [{addresses: [10.0.0.1]}]
            """);
    assertEquals(
        Optional.of(
            Map.of(
                80,
                List.of(new Endpoint("10.0.0.1", 8080), new Endpoint("10.0.0.2", 8080)),
                81,
                List.of())),
        found.endpoints());
  }

  @Test
  void withoutASliceNobodySaysWhoIsReady() {
    assertEquals(Optional.empty(), read().endpoints());
  }

  private static References.Service read(String... slices) {
    return ReadyEndpoints.service(
        new ResourceName("ai", "s"),
        Serialization.unmarshal(SERVICE, Service.class),
        Stream.of(slices)
            .map(slice -> Serialization.unmarshal(slice, EndpointSlice.class))
            .toList());
  }
}
