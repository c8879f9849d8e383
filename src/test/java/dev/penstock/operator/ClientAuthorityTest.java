package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Tls;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Secret of {@code clientCARef} changes, breaks and goes. */
class ClientAuthorityTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String GATEWAY = "{tls: {clientCARef: {name: clients-ca}}}";

  private final Scene scene = Scene.on(API);
  private final String first = TestCertificates.pem(TestCertificates.newAuthority().certificate());
  private PenstockOperator operator;

  @BeforeEach
  void start() {
    operator = Operators.start(API.client(), scene.namespace());
  }

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void aNewAuthorityComesToTheProxies() {
    serve();
    String second = TestCertificates.pem(TestCertificates.newAuthority().certificate());
    authority(second);
    Await.until("the new one", () -> second.equals(published()));
    scene.awaitGateway("Ready", "True");
    authority(first + second);
    Await.until("both, as in a rotation", () -> published().equals(first + second));
  }

  @Test
  void aBrokenOneKeepsTheLastGoodAndIsTold() {
    serve();
    authority("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
    scene.awaitGateway("ResolvedRefs", "False InvalidCertificateRef: spec.tls.clientCARef");
    othersGoOn();
    assertEquals(first, published());
    authority(first);
    scene.awaitGateway("ResolvedRefs", "True");
    scene.awaitGateway("Ready", "True");
  }

  @Test
  void oneThatIsGoneDoesNotLetEverybodyIn() {
    serve();
    API.client().secrets().inNamespace(scene.namespace()).withName("clients-ca").delete();
    scene.awaitGateway("ResolvedRefs", "False InvalidCertificateRef: spec.tls.clientCARef");
    othersGoOn();
    assertEquals(first, published());
  }

  @Test
  void anotherOneThatIsNotThereChangesNothing() {
    serve();
    scene.gateway("{tls: {clientCARef: {name: others-ca}}}");
    scene.awaitGateway("ResolvedRefs", "False InvalidCertificateRef: spec.tls.clientCARef");
    scene.awaitGateway("Programmed", "False Pending");
    assertEquals(first, published());
  }

  /** One bad Secret does not stop the services. */
  private void othersGoOn() {
    scene.service("b", "{path: /b, backend: {url: 'http://192.0.2.8:9011'}}");
    scene.awaitService("b", "Ready", "True");
    assertEquals(2, scene.published().config().routes().size());
  }

  @Test
  void withoutOneFromTheStartNothingIsServed() {
    scene.gateway(GATEWAY);
    scene.awaitGateway("ResolvedRefs", "False InvalidCertificateRef: spec.tls.clientCARef");
    scene.awaitGateway("Ready", "False");
    assertNull(scene.get(Secret.class, "penstock-default-config-0"));
    authority(first);
    Await.passing(
        () -> {
          assertEquals(first, published());
          return first;
        });
  }

  private void serve() {
    authority(first);
    scene.gateway(GATEWAY);
    scene.service("a", "{path: /a, backend: {url: 'http://192.0.2.7:9011'}}");
    scene.readyProxy("proxy-1");
    scene.awaitService("a", "Ready", "True");
    scene.awaitGateway("Ready", "True");
    assertEquals(first, published());
    assertTrue(first.contains("BEGIN CERTIFICATE"));
  }

  private void authority(String pem) {
    API.client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("clients-ca")
                .withNamespace(scene.namespace())
                .endMetadata()
                .withStringData(Map.of("ca.crt", pem))
                .build())
        .serverSideApply();
  }

  private String published() {
    return scene.published().config().tls().clientCa().map(Tls.ClientAuthority::pem).orElse("");
  }
}
