package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.time.Duration;
import java.util.List;

/** The one container of a proxy's pod. */
final class ProxyContainer {

  /** How long a stopping proxy still takes connections, for balancers to notice. */
  static final Duration DRAIN_DELAY = Duration.ofSeconds(10);

  /** It waits for its first configuration, then warms up. */
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  private ProxyContainer() {}

  static Container of(GatewayShape shape) {
    var resources = ProxyResources.of(shape.proxy().resources());
    return new ContainerBuilder()
        .withName(Labels.PROXY)
        .withImage(shape.installation().image())
        .withImagePullPolicy(shape.installation().imagePullPolicy().orElse(null))
        .withArgs(arguments())
        .withEnv(
            new EnvVar(ProxyResources.OPTIONS_VARIABLE, ProxyResources.options(resources), null))
        .withPorts(Ports.ofContainer(shape))
        .withResources(resources)
        .withVolumeMounts(ProxyVolumes.mounts())
        .withSecurityContext(security())
        .withStartupProbe(startup())
        .withReadinessProbe(readiness())
        .withLivenessProbe(liveness())
        .build();
  }

  private static List<String> arguments() {
    return List.of(
        "proxy",
        "--config-dir=" + ProxyVolumes.CONFIG_FOLDER,
        "--control-dir=" + ProxyVolumes.CONTROL_FOLDER,
        "--drain-delay=" + DRAIN_DELAY.toSeconds() + "s");
  }

  private static SecurityContext security() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  /** Often, since a proxy that comes a second later is missed when many come and go. */
  private static Probe startup() {
    return get("/readyz")
        .withPeriodSeconds(1)
        .withTimeoutSeconds(2)
        .withFailureThreshold((int) LONGEST_START.toSeconds())
        .build();
  }

  private static Probe readiness() {
    return get("/readyz")
        .withPeriodSeconds(2)
        .withTimeoutSeconds(2)
        .withFailureThreshold(2)
        .build();
  }

  /** Patient: to kill a proxy that is merely busy gives its load to the others. */
  private static Probe liveness() {
    return get("/healthz")
        .withPeriodSeconds(10)
        .withTimeoutSeconds(5)
        .withFailureThreshold(6)
        .build();
  }

  private static ProbeBuilder get(String path) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(Ports.ADMIN.byName())
        .endHttpGet();
  }
}
