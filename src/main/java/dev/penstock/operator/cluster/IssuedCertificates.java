package dev.penstock.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.operator.resources.CertManagerCertificate;
import dev.penstock.operator.resources.OwnedObject;
import dev.penstock.operator.resources.Ownership;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Certificates of cert-manager, which may not be installed: they are asked for one by one and not
 * watched.
 */
public final class IssuedCertificates {

  /** Said here, since the API server may not know it. */
  private static final ResourceDefinitionContext CERTIFICATES =
      new ResourceDefinitionContext.Builder()
          .withGroup("cert-manager.io")
          .withVersion("v1")
          .withKind(CertManagerCertificate.KIND)
          .withPlural("certificates")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final Writer writer;

  /** Owners of which it is known that there is nothing to remove, by UID. */
  private final Map<String, Boolean> clean = new ConcurrentHashMap<>();

  public IssuedCertificates(KubernetesClient client, Writer writer) {
    this.client = client;
    this.writer = writer;
  }

  public boolean isFor(OwnedObject object) {
    return object.kind().equals(CertManagerCertificate.KIND);
  }

  /** Makes it as it is wanted; returns a problem when there is no cert-manager. */
  public Optional<String> apply(GenericKubernetesResource wanted) {
    wanted.getMetadata().getOwnerReferences().forEach(owner -> clean.remove(owner.getUid()));
    try {
      Optional<GenericKubernetesResource> standing =
          get(wanted.getMetadata().getNamespace(), wanted.getMetadata().getName());
      if (standing.isEmpty() || !Match.has(tree(standing.get()), tree(wanted))) {
        writer.write(wanted, within(wanted.getMetadata().getNamespace()).resource(wanted)::patch);
      }
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      return Optional.of(
          "spec.tls.issuerRef needs cert-manager, whose Certificate the API server does not know;"
              + " install it, or remove issuerRef");
    }
  }

  /** Deletes the owner's, where there is one. */
  public void remove(OwnedObject unwanted, HasMetadata owner) {
    String uid = owner.getMetadata().getUid();
    if (clean.containsKey(uid)) {
      return;
    }
    get(owner.getMetadata().getNamespace(), unwanted.name())
        .filter(standing -> Ownership.permits(standing, owner))
        .ifPresent(
            standing ->
                writer.delete(
                    standing,
                    () -> within(owner.getMetadata().getNamespace()).resource(standing).delete()));
    clean.put(uid, true);
  }

  /** Absent also where nobody knows the kind. */
  private Optional<GenericKubernetesResource> get(String namespace, String name) {
    return Optional.ofNullable(within(namespace).withName(name).get());
  }

  private NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      within(String namespace) {
    return client.genericKubernetesResources(CERTIFICATES).inNamespace(namespace);
  }

  private JsonNode tree(HasMetadata object) {
    return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
  }
}
