package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a proxy finds in its file system: {@code /etc/penstock/config/<n>} with the parts of its
 * configuration, {@code /etc/penstock/control/} with what the control port needs, and {@code /tmp}.
 */
final class ProxyVolumes {

  static final String CONFIG_FOLDER = "/etc/penstock/config";
  static final String CONTROL_FOLDER = "/etc/penstock/control";

  private static final String CONFIG = "config";
  private static final String CONTROL = "control";
  private static final String TMP = "tmp";

  /** Read by owner and group only: r--r-----. */
  private static final int READ = 0440;

  private ProxyVolumes() {}

  static List<Volume> volumes(GatewayNames names) {
    return List.of(
        new VolumeBuilder()
            .withName(CONFIG)
            .withNewProjected()
            .withDefaultMode(READ)
            .withSources(
                IntStream.range(0, ConfigSecrets.MOST)
                    .mapToObj(n -> part(names, n))
                    .toArray(VolumeProjection[]::new))
            .endProjected()
            .build(),
        new VolumeBuilder()
            .withName(CONTROL)
            .withNewSecret()
            .withSecretName(names.control())
            .withDefaultMode(READ)
            .endSecret()
            .build(),
        new VolumeBuilder()
            .withName(TMP)
            .withNewEmptyDir()
            .withSizeLimit(new Quantity("64Mi"))
            .endEmptyDir()
            .build());
  }

  static List<VolumeMount> mounts() {
    return List.of(mount(CONFIG, CONFIG_FOLDER), mount(CONTROL, CONTROL_FOLDER), tmp());
  }

  /** All that there may ever be are named, so that their number is no part of the pod's shape. */
  private static VolumeProjection part(GatewayNames names, int n) {
    return new VolumeProjectionBuilder()
        .withNewSecret()
        .withName(names.config(n))
        .withOptional(true)
        .withItems(new KeyToPath(ConfigSecrets.ENTRY, null, Integer.toString(n)))
        .endSecret()
        .build();
  }

  private static VolumeMount mount(String volume, String folder) {
    return new VolumeMountBuilder()
        .withName(volume)
        .withMountPath(folder)
        .withReadOnly(true)
        .build();
  }

  private static VolumeMount tmp() {
    return new VolumeMountBuilder().withName(TMP).withMountPath("/tmp").build();
  }
}
