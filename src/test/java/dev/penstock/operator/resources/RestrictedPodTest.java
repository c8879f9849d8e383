package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every control of the Pod Security Standards' profile "restricted", whatever the gateway says. */
class RestrictedPodTest {

  static Stream<String> gateways() throws IOException {
    return OwnedObjectsGoldenTest.cases().stream().filter(name -> !name.startsWith("backend-"));
  }

  @ParameterizedTest
  @MethodSource("gateways")
  void theProxyRunsUnderRestrictedPodSecurity(String name) throws IOException {
    PodSpec pod = pod(name);
    var security = pod.getSecurityContext();
    assertEquals(true, security.getRunAsNonRoot());
    assertEquals(65_532L, security.getRunAsUser());
    assertEquals("RuntimeDefault", security.getSeccompProfile().getType());
    assertTrue(security.getSysctls().isEmpty());
    assertNull(security.getSeLinuxOptions());
    assertNull(security.getAppArmorProfile());
    assertNull(pod.getHostNetwork());
    assertNull(pod.getHostPID());
    assertNull(pod.getHostIPC());
    assertEquals(1, pod.getContainers().size());
    assertTrue(pod.getInitContainers().isEmpty());
    restricted(pod.getContainers().getFirst());
    pod.getVolumes().forEach(RestrictedPodTest::harmless);
  }

  @ParameterizedTest
  @MethodSource("gateways")
  void theProxyHasNoTokenAndWritesNowhereButInTmp(String name) throws IOException {
    PodSpec pod = pod(name);
    assertEquals(false, pod.getAutomountServiceAccountToken());
    assertEquals(
        List.of("/tmp"),
        pod.getContainers().getFirst().getVolumeMounts().stream()
            .filter(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
            .map(mount -> mount.getMountPath())
            .toList());
  }

  private static void restricted(Container container) {
    var security = container.getSecurityContext();
    assertEquals(false, security.getAllowPrivilegeEscalation());
    assertEquals(true, security.getReadOnlyRootFilesystem());
    assertNull(security.getPrivileged());
    assertNull(security.getRunAsUser());
    assertNull(security.getRunAsNonRoot());
    assertNull(security.getProcMount());
    assertEquals(List.of("ALL"), security.getCapabilities().getDrop());
    assertTrue(security.getCapabilities().getAdd().isEmpty());
    container.getPorts().forEach(port -> assertNull(port.getHostPort()));
    Stream.of(
            container.getStartupProbe(),
            container.getReadinessProbe(),
            container.getLivenessProbe())
        .forEach(probe -> assertNull(probe.getHttpGet().getHost()));
  }

  /** Only what "restricted" allows; a hostPath would leave all of these empty. */
  private static void harmless(Volume volume) {
    long allowed =
        Stream.of(volume.getProjected(), volume.getSecret(), volume.getEmptyDir())
            .filter(each -> each != null)
            .count();
    assertEquals(1, allowed, volume.getName());
    assertNull(volume.getHostPath());
  }

  private static PodSpec pod(String name) throws IOException {
    return Golden.only(GatewayObjects.of(Golden.shape(name)).wanted(), Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec();
  }
}
