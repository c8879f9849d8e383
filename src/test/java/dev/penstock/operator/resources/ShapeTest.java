package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.ResourceName;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShapeTest {

  private static final List<String> SHAPE =
      List.of(
          "proxy-drainTimeout",
          "proxy-resources",
          "proxy-nodeSelector",
          "proxy-tolerations",
          "proxy-affinity",
          "proxy-priorityClassName",
          "tls-mode-Disabled");

  @Test
  void onlyTheShapeOfAPodChangesItsTemplate() throws IOException {
    PodTemplateSpec defaults = template("gateway-defaults");
    for (String name : OwnedObjectsGoldenTest.cases()) {
      boolean sameGateway = !name.startsWith("backend-") && !name.endsWith("-name");
      if (sameGateway && SHAPE.stream().noneMatch(name::startsWith)) {
        assertEquals(defaults, template(name), name);
      }
    }
    for (String name : SHAPE) {
      assertNotEquals(defaults, template(name), name);
    }
  }

  @Test
  void aPodFindsEveryPartOfTheConfigurationThatThereMayBe() throws IOException {
    List<byte[]> parts =
        IntStream.range(0, ConfigSecrets.MOST).mapToObj(n -> text("part " + n)).toList();
    List<Secret> secrets = ConfigSecrets.of(Golden.shape("gateway-defaults"), parts);
    var sources =
        volume("config").getProjected().getSources().stream()
            .map(source -> source.getSecret())
            .toList();
    assertEquals(
        secrets.stream().map(secret -> secret.getMetadata().getName()).toList(),
        sources.stream().map(source -> source.getName()).toList());
    sources.forEach(
        source -> {
          assertEquals(true, source.getOptional());
          assertEquals("config", source.getItems().getFirst().getKey());
        });
    var paths = new HashSet<String>();
    sources.forEach(source -> paths.add(source.getItems().getFirst().getPath()));
    assertEquals(ConfigSecrets.MOST, paths.size());
    assertEquals(
        Map.of("config", Base64.getEncoder().encodeToString(text("part 7"))),
        secrets.get(7).getData());
  }

  @Test
  void noMoreAndNoFewerPartsThanCanBeMounted() throws IOException {
    GatewayShape shape = Golden.shape("gateway-defaults");
    assertThrows(IllegalArgumentException.class, () -> ConfigSecrets.of(shape, List.of()));
    List<byte[]> seventeen = Collections.nCopies(17, new byte[1]);
    assertThrows(IllegalArgumentException.class, () -> ConfigSecrets.of(shape, seventeen));
  }

  @Test
  void theInstallationChoosesTheImageAndHowItIsPulled() throws IOException {
    var installation =
        new Installation(
            "local/penstock", Optional.of("Never"), List.of("login"), Optional.empty());
    var pod = deployment(installation).getSpec().getTemplate().getSpec();
    assertEquals("local/penstock", pod.getContainers().getFirst().getImage());
    assertEquals("Never", pod.getContainers().getFirst().getImagePullPolicy());
    assertEquals(List.of(new LocalObjectReference("login")), pod.getImagePullSecrets());
  }

  @Test
  void theControlPortIsOpenToAllWhereNobodyKnowsTheOperatorsAddress() throws IOException {
    var policy =
        Golden.only(
            GatewayObjects.of(
                    new GatewayShape(Golden.gateway("gateway-defaults"), Installation.of("x")))
                .wanted(),
            NetworkPolicy.class);
    var rule = policy.getSpec().getIngress().getLast();
    assertEquals(9902, rule.getPorts().getFirst().getPort().getIntVal());
    assertTrue(rule.getFrom().isEmpty());
  }

  @Test
  void noPodMountsTheAuthoritysKey() throws IOException {
    GatewayShape shape = Golden.shape("gateway-defaults");
    String objects = Golden.yaml(GatewayObjects.of(shape).wanted(), List.of());
    assertTrue(objects.contains('"' + shape.names().control() + '"'));
    assertFalse(objects.contains(shape.names().controlAuthority()));
  }

  @Test
  void namesOfGatewaysStayApart() {
    List<String> names =
        Stream.of("a.b", "a-b", "a".repeat(63), "a".repeat(64), "a".repeat(253), "1")
            .map(name -> GatewayNames.of(new ResourceName("ai", name)).base())
            .toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    names.forEach(name -> assertTrue(name.matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?"), name));
    assertEquals("penstock-a-b", names.get(1));
  }

  private static PodTemplateSpec template(String name) throws IOException {
    return Golden.only(GatewayObjects.of(Golden.shape(name)).wanted(), Deployment.class)
        .getSpec()
        .getTemplate();
  }

  private static Deployment deployment(Installation installation) throws IOException {
    var shape = new GatewayShape(Golden.gateway("gateway-defaults"), installation);
    return Golden.only(GatewayObjects.of(shape).wanted(), Deployment.class);
  }

  private static Volume volume(String name) throws IOException {
    return template("gateway-defaults").getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
