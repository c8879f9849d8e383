package dev.penstock.operator.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.certificate.CertificateCheck;
import dev.penstock.model.Certificate;
import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Tls;
import dev.penstock.operator.resources.GatewayShape;
import dev.penstock.operator.resources.Installation;
import dev.penstock.operator.resources.SelfSignedSecret;
import dev.penstock.testing.TestCertificates;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayCertificatesTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final Map<ResourceName, Secret> secrets = new HashMap<>();

  @Test
  void aGoodCertificateIsTakenAndABrokenOneKeepsTheLastGood() {
    Certificate good = certificate(NOW.plus(Duration.ofDays(30)));
    Certificate mixed =
        new Certificate(
            "ai/cert", certificate(NOW.plus(Duration.ofDays(60))).chainPem(), good.keyPem());
    var first = certify(shape("cert"), config(good), Optional.empty(), NOW);
    assertEquals(List.of(good), first.config().tls().certificates());
    assertEquals(List.of(), first.problems());
    var second = certify(shape("cert"), config(mixed), Optional.of(first.config()), NOW);
    assertEquals(List.of(good), second.config().tls().certificates());
    assertTrue(second.problems().getFirst().contains("another certificate"), second::toString);
    var gone = certify(shape("cert"), config(), Optional.of(first.config()), NOW);
    assertEquals(List.of(good), gone.config().tls().certificates());
  }

  @Test
  void oneThatIsOverIsReplacedByASelfSignedOneAndTold() {
    var certified =
        certify(shape("cert"), config(certificate(NOW.minusSeconds(60))), Optional.empty(), NOW);
    assertEquals(1, certified.config().tls().certificates().size());
    assertTrue(certified.problems().getFirst().contains("expired"), certified::toString);
    Certificate served = certified.config().tls().certificates().getFirst();
    assertEquals(Optional.empty(), CertificateCheck.problem(served, NOW));
  }

  @Test
  void theSelfSignedOneIsKeptUntilTwoThirdsOfItsLife() {
    var first = certify(shape(), config(), Optional.empty(), NOW);
    Instant due = first.lookAgain().orElseThrow();
    var kept = certify(shape(), config(), Optional.empty(), due.minusSeconds(1));
    assertEquals(first.config(), kept.config());
    var anew = certify(shape(), config(), Optional.empty(), due.plusSeconds(1));
    assertNotEquals(first.config(), anew.config());
    assertTrue(due.isBefore(NOW.plus(OwnCertificate.LIFE)));
  }

  @Test
  void aSecretOfThatNameThatSomebodyElseMadeIsLeftAlone() {
    var name = new ResourceName("ai", shape().names().tls());
    Secret theirs =
        new SecretBuilder().withNewMetadata().withName(name.name()).endMetadata().build();
    secrets.put(name, theirs);
    var first = certify(shape(), config(), Optional.empty(), NOW);
    assertEquals(1, first.config().tls().certificates().size());
    assertTrue(first.problems().getFirst().contains("left alone"), first::toString);
    var second = certify(shape(), config(), Optional.of(first.config()), NOW.plusSeconds(60));
    assertEquals(first.config(), second.config());
    assertEquals(Map.of(name, theirs), secrets);
  }

  @Test
  void whatCertManagerWritesIntoTheSecretOfTheSelfSignedOneIsServed() {
    var name = new ResourceName("ai", shape().names().tls());
    var first = certify(shape(), config(), Optional.empty(), NOW);
    var waiting = certify(issued(), config(), Optional.of(first.config()), NOW);
    assertEquals(first.config(), waiting.config());
    assertTrue(waiting.problems().getFirst().contains("not issued"), waiting::toString);

    Certificate theirs = certificate(NOW.plus(Duration.ofDays(30)));
    secrets.computeIfPresent(
        name,
        (_, ours) ->
            new SecretBuilder(ours)
                .editMetadata()
                .addToAnnotations("cert-manager.io/certificate-name", "penstock-default")
                .endMetadata()
                .addToData("tls.crt", base64(theirs.chainPem()))
                .addToData("tls.key", base64(theirs.keyPem().value()))
                .build());
    var then = certify(issued(), config(), Optional.of(waiting.config()), NOW);
    assertEquals(List.of(), then.problems());
    assertEquals(theirs.chainPem(), then.config().tls().certificates().getFirst().chainPem());

    var again = certify(shape(), config(), Optional.of(then.config()), NOW);
    assertNotEquals(theirs.chainPem(), again.config().tls().certificates().getFirst().chainPem());
    assertTrue(SelfSignedSecret.is(secrets.get(name)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private GatewayCertificates.Certified certify(
      GatewayShape shape, GatewayConfig config, Optional<GatewayConfig> running, Instant now) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    var store =
        new SelfSignedSecrets() {
          @Override
          public Optional<Secret> get(ResourceName name) {
            return Optional.ofNullable(secrets.get(name));
          }

          @Override
          public void put(GatewayShape of, Certificate certificate) {
            secrets.put(
                new ResourceName("ai", of.names().tls()), SelfSignedSecret.of(of, certificate));
          }
        };
    return new GatewayCertificates(new OwnCertificate(store, clock), clock)
        .certify(shape, config, running);
  }

  private static Certificate certificate(Instant end) {
    return TestCertificates.named("ai.example.com")
        .valid(NOW.minus(Duration.ofDays(1)), end)
        .issue()
        .as("ai/cert");
  }

  private static GatewayShape shape(String... certificates) {
    String refs =
        String.join(", ", List.of(certificates).stream().map(n -> "{name: " + n + "}").toList());
    return withTls("certificateRefs: [" + refs + "]");
  }

  private static GatewayShape issued() {
    return withTls("issuerRef: {name: ca, kind: Issuer}");
  }

  private static GatewayShape withTls(String fields) {
    return new GatewayShape(
        Serialization.unmarshal(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default, namespace: ai, uid: u1}
            spec: {hostnames: [ai.example.com], tls: {%s}}
            """
                .formatted(fields),
            AIGateway.class),
        Installation.of("penstock:test"));
  }

  private static GatewayConfig config(Certificate... certificates) {
    return new GatewayConfig(
        new ResourceName("ai", "default"),
        List.of("ai.example.com"),
        new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificates)),
        ClientIp.defaults(),
        EdgeLimits.defaults(),
        Limiter.local(),
        Duration.ofSeconds(60),
        List.of());
  }
}
