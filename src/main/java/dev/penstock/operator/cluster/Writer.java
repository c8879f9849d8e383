package dev.penstock.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.resources.Ownership;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes owned objects by server-side apply, and only when what stands in the cluster differs from
 * what is wanted.
 */
public final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** Whose fields they are. */
  public static final String FIELD_MANAGER = "penstock-operator";

  /** Tells that a field that was once written is to be taken away again. */
  private static final String WANTED = "penstock.dev/wanted";

  private static final int UNPROCESSABLE = 422;

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Caches caches;
  private final Gate gate;

  public Writer(KubernetesClient client, Caches caches, Gate gate) {
    this.client = client;
    this.caches = caches;
    this.gate = gate;
  }

  /**
   * Makes the object as it is wanted.
   *
   * @return a problem when the name is taken by an object that is not ours to write
   * @throws KubernetesClientException when the API server refuses
   */
  public Optional<String> apply(HasMetadata wanted, HasMetadata owner) {
    Optional<HasMetadata> standing = caches.standing(wanted);
    if (standing.isPresent() && !Ownership.permits(standing.get(), owner)) {
      return Optional.of(
          "%s %s is not Penstock's; rename or delete it"
              .formatted(wanted.getKind(), wanted.getMetadata().getName()));
    }
    JsonNode tree = tree(wanted);
    mark(wanted, Digest.of(tree.toString()));
    if (standing.isEmpty() || !Match.has(tree(standing.get()), tree(wanted))) {
      write(wanted);
    }
    return Optional.empty();
  }

  /** Applies it without a look at what stands in the cluster. */
  void write(HasMetadata wanted) {
    gate.check();
    LOG.info("Applying {} {}", wanted.getKind(), name(wanted));
    try {
      client.resource(wanted).patch(APPLY);
    } catch (KubernetesClientException e) {
      if (e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      // A field that cannot change, or a list that no longer merges: made anew.
      LOG.warn("Making {} {} anew: {}", wanted.getKind(), name(wanted), e.getMessage());
      client.resource(wanted).withTimeoutInMillis(10_000).delete();
      client.resource(wanted).patch(APPLY);
    }
  }

  /** Deletes what was made and is no longer wanted; what is gone already is fine. */
  public void delete(HasMetadata object) {
    gate.check();
    LOG.info("Deleting {} {}", object.getKind(), name(object));
    try {
      client.resource(object).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private static void mark(HasMetadata wanted, String digest) {
    Map<String, String> annotations =
        new HashMap<>(Objects.requireNonNullElse(wanted.getMetadata().getAnnotations(), Map.of()));
    annotations.put(WANTED, digest);
    wanted.getMetadata().setAnnotations(annotations);
  }

  private JsonNode tree(HasMetadata object) {
    return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }
}
