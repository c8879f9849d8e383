package dev.penstock.operator.publish;

import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.cluster.Digest;
import dev.penstock.operator.resources.ConfigSecrets;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether Secrets still are what was written. */
public final class StandingSecrets {

  private final KubernetesClient client;
  private final Caches caches;

  public StandingSecrets(KubernetesClient client, Caches caches) {
    this.client = client;
    this.caches = caches;
  }

  /** Whether it is there with the same content, owner and labels. */
  boolean untouched(Secret written) {
    Optional<Secret> cached =
        caches.standing(written).filter(Secret.class::isInstance).map(Secret.class::cast);
    // The cache may be behind our own write: what differs there is asked for.
    return cached.filter(each -> same(written, each, Digest.of(data(written)))).isPresent()
        || fetched(written).filter(each -> same(written, each, data(written))).isPresent();
  }

  private Optional<Secret> fetched(Secret written) {
    return Optional.ofNullable(
        client
            .secrets()
            .inNamespace(written.getMetadata().getNamespace())
            .withName(written.getMetadata().getName())
            .get());
  }

  private static boolean same(Secret written, Secret found, String content) {
    return content.equals(data(found))
        && Objects.equals(labels(written), labels(found))
        && Objects.equals(
            written.getMetadata().getOwnerReferences(), found.getMetadata().getOwnerReferences());
  }

  private static Map<String, String> labels(Secret secret) {
    return Objects.requireNonNullElse(secret.getMetadata().getLabels(), Map.of());
  }

  private static String data(Secret secret) {
    return Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
        .getOrDefault(ConfigSecrets.ENTRY, "");
  }
}
