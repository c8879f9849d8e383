package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIGateway;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnershipTest {

  private final AIGateway gateway;
  private final GatewayObjects objects;

  OwnershipTest() throws IOException {
    gateway = Golden.gateway("tls-issuerRef");
    objects = GatewayObjects.of(new GatewayShape(gateway, Golden.INSTALLATION));
  }

  @Test
  void everyObjectIsControlledByItsOwner() throws IOException {
    var all = new ArrayList<HasMetadata>(objects.wanted());
    all.addAll(
        ConfigSecrets.of(
            new GatewayShape(gateway, Golden.INSTALLATION), List.of(new byte[1], new byte[2])));
    for (HasMetadata object : all) {
      controlled(object, gateway);
    }
    var service = Golden.service("backend-url-ipv4");
    for (HasMetadata object : BackendObjects.of(service).wanted()) {
      controlled(object, service);
    }
  }

  private static void controlled(HasMetadata object, HasMetadata owner) {
    var references = object.getMetadata().getOwnerReferences();
    assertEquals(1, references.size());
    var reference = references.getFirst();
    assertEquals(owner.getMetadata().getUid(), reference.getUid());
    assertEquals(owner.getMetadata().getName(), reference.getName());
    assertEquals("penstock.dev/v1alpha1", reference.getApiVersion());
    assertEquals(owner.getKind(), reference.getKind());
    assertTrue(reference.getController());
    assertTrue(reference.getBlockOwnerDeletion());
    assertEquals(owner.getMetadata().getNamespace(), object.getMetadata().getNamespace());
    assertEquals(
        Map.of(Labels.MANAGED_BY, "penstock-operator", Labels.PART_OF, "penstock"),
        Map.of(
            Labels.MANAGED_BY, object.getMetadata().getLabels().get(Labels.MANAGED_BY),
            Labels.PART_OF, object.getMetadata().getLabels().get(Labels.PART_OF)));
  }

  @Test
  void whatIsTheOwnersMayBeWritten() {
    objects.wanted().forEach(object -> assertTrue(Ownership.permits(object, gateway)));
  }

  @Test
  void whatLostItsReferenceMayBeTakenBack() {
    HasMetadata object = objects.wanted().getFirst();
    object.getMetadata().setOwnerReferences(List.of());
    assertTrue(Ownership.permits(object, gateway));
  }

  @Test
  void anothersObjectOfTheSameNameIsLeftAlone() {
    HasMetadata object = objects.wanted().getFirst();
    object.getMetadata().getOwnerReferences().getFirst().setUid("of-another");
    assertFalse(Ownership.permits(object, gateway));
  }

  @Test
  void aReferenceThatDoesNotControlSaysNothing() {
    HasMetadata object = objects.wanted().getFirst();
    object
        .getMetadata()
        .setOwnerReferences(
            List.of(new OwnerReferenceBuilder().withUid("of-another").withName("x").build()));
    assertTrue(Ownership.permits(object, gateway));
  }

  @Test
  void whatPeopleMadeIsLeftAlone() {
    var service =
        new ServiceBuilder().withNewMetadata().withName("penstock-default").endMetadata().build();
    assertFalse(Ownership.permits(service, gateway));
  }
}
