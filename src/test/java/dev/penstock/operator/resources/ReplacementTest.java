package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplacementTest {

  @Test
  void anAddressOfAnotherFamilyNeedsANewSlice() throws IOException {
    assertTrue(needed(EndpointSlice.class, "backend-url-ipv4", "backend-url-ipv6"));
    assertFalse(needed(EndpointSlice.class, "backend-url-ipv4", "backend-url-ipv4"));
  }

  @Test
  void aServiceThatGetsOrLosesItsSelectorIsMadeAnew() throws IOException {
    assertTrue(needed(Service.class, "backend-selector", "backend-url-ipv4"));
    assertTrue(needed(Service.class, "backend-url-ipv4", "backend-selector"));
    assertFalse(needed(Service.class, "backend-selector", "backend-selector"));
    assertFalse(needed(Service.class, "backend-url-ipv4", "backend-url-ipv6"));
  }

  @Test
  void aServiceWithAnAddressOfItsOwnCannotLoseIt() throws IOException {
    Service assigned = object(Service.class, "backend-selector");
    assigned.getSpec().setClusterIP("10.96.0.7");
    assertTrue(Replacement.needed(assigned, object(Service.class, "backend-selector")));
  }

  @Test
  void nothingOfAGatewayIsEverReplaced() throws IOException {
    List<HasMetadata> before = GatewayObjects.of(Golden.shape("gateway-defaults")).wanted();
    List<HasMetadata> after = GatewayObjects.of(Golden.shape("proxy-service-type")).wanted();
    for (int i = 0; i < before.size(); i++) {
      assertFalse(Replacement.needed(before.get(i), after.get(i)));
    }
  }

  private static <T extends HasMetadata> boolean needed(Class<T> kind, String before, String after)
      throws IOException {
    return Replacement.needed(object(kind, before), object(kind, after));
  }

  private static <T extends HasMetadata> T object(Class<T> kind, String name) throws IOException {
    return Golden.only(BackendObjects.of(Golden.service(name)).wanted(), kind);
  }
}
