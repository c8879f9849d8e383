package dev.penstock.cli;

import dev.penstock.config.manifest.PackagedFile;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Brings the CustomResourceDefinitions of a cluster up to those of this version. */
final class CrdsInstaller {

  /** Whose fields they are; what an older version had and this one has not goes away. */
  static final String FIELD_MANAGER = "penstock-crds";

  /** Forced: a CRD that Helm, kubectl or Argo CD made first is ours as well. */
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Duration patience;

  /**
   * @param patience how long the API server may take until it serves a new kind
   */
  CrdsInstaller(KubernetesClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  /**
   * Applies one, and waits until it is served.
   *
   * @return its name
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server refuses it
   *     or does not serve it in time
   */
  String apply(PackagedFile file) {
    CustomResourceDefinition wanted =
        client.getKubernetesSerialization().unmarshal(file.text(), CustomResourceDefinition.class);
    Resource<CustomResourceDefinition> crd =
        client.apiextensions().v1().customResourceDefinitions().resource(wanted);
    crd.patch(APPLY);
    crd.waitUntilCondition(CrdsInstaller::established, patience.toMillis(), TimeUnit.MILLISECONDS);
    return wanted.getMetadata().getName();
  }

  private static boolean established(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Established")
                        && condition.getStatus().equals("True"));
  }
}
