package dev.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIGateway;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the other tests rely on. */
class ApiServerTest {

  @RegisterExtension static final ApiServer API = ApiServer.withControllers();

  @Test
  void ourKindsAreServed() {
    assertTrue(API.client().resources(AIGateway.class).inAnyNamespace().list() != null);
    assertTrue(API.kubectl("get", "aigw,aisvc").contains("No resources found"));
  }

  @Test
  void eachClassHasANamespaceOfItsOwn() {
    assertTrue(API.namespace().startsWith("apiservertest-"), API.namespace());
    assertFalse(API.newNamespace("apiservertest").equals(API.namespace()));
  }

  @Test
  void whatAnOwnerLeavesIsCollected() {
    var maps = API.client().configMaps().inNamespace(API.namespace());
    var owner =
        maps.resource(
                new ConfigMapBuilder().withNewMetadata().withName("owner").endMetadata().build())
            .create();
    maps.resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("owned")
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("owner")
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .build())
        .create();
    maps.withName("owner").delete();
    Await.until("the owned one is gone", () -> maps.withName("owned").get() == null);
    assertEquals(null, maps.withName("owner").get());
  }
}
