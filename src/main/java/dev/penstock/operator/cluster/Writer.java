package dev.penstock.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.resources.Ownership;
import dev.penstock.operator.resources.Replacement;
import dev.penstock.operator.resources.ReplicasHandover;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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

  /** What the API server answers to an object that is not valid, or cannot become so. */
  public static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final Caches caches;
  private final Gate gate;
  private final ServicePorts ports;

  public Writer(KubernetesClient client, Caches caches, Gate gate) {
    this.client = client;
    this.caches = caches;
    this.gate = gate;
    this.ports = new ServicePorts(client);
  }

  /**
   * Makes the object as it is wanted. What stands is deleted first where {@link Replacement} says
   * so and never otherwise: what the API server refuses stays as it was.
   *
   * @param before what of a Deployment another manager has to take over first
   * @return a problem when the name is taken by an object that is not ours to write
   * @throws KubernetesClientException when the API server refuses
   */
  public Optional<String> apply(
      HasMetadata wanted, HasMetadata owner, Function<Deployment, Optional<Deployment>> before) {
    Optional<HasMetadata> standing = caches.standing(wanted);
    if (standing.isPresent() && !Ownership.permits(standing.get(), owner)) {
      return Optional.of(
          "%s %s is not Penstock's; rename or delete it"
              .formatted(wanted.getKind(), wanted.getMetadata().getName()));
    }
    mark(wanted, Digest.of(tree(wanted).toString()));
    if (standing.isEmpty() || !Match.has(tree(standing.get()), tree(wanted))) {
      if (standing.filter(there -> Replacement.needed(there, wanted)).isPresent()) {
        delete(standing.get());
      }
      handOver(wanted, standing, before);
      write(wanted);
    }
    return Optional.empty();
  }

  /** The API server knows who manages which field; the caches do not. */
  private void handOver(
      HasMetadata wanted,
      Optional<HasMetadata> standing,
      Function<Deployment, Optional<Deployment>> before) {
    if (wanted instanceof Deployment deployment && standing.isPresent()) {
      Optional.ofNullable(client.resource(deployment).get())
          .flatMap(before)
          .ifPresent(
              first -> {
                gate.check();
                client.resource(first).patch(apply(ReplicasHandover.MANAGER));
              });
    }
  }

  private void write(HasMetadata wanted) {
    write(
        wanted,
        apply -> {
          try {
            client.resource(wanted).patch(apply);
          } catch (KubernetesClientException e) {
            if (e.getCode() != UNPROCESSABLE || !ports.replace(wanted)) {
              throw e;
            }
            client.resource(wanted).patch(apply);
          }
        });
  }

  /** Applies it without a look at what stands in the cluster. */
  void write(HasMetadata wanted, Consumer<PatchContext> patch) {
    gate.check();
    LOG.info("Applying {} {}", wanted.getKind(), name(wanted));
    patch.accept(apply(FIELD_MANAGER));
  }

  /** Deletes what was made and is no longer wanted; what is gone already is fine. */
  public void delete(HasMetadata object) {
    delete(object, () -> client.resource(object).delete());
  }

  void delete(HasMetadata object, Runnable deletion) {
    gate.check();
    LOG.info("Deleting {} {}", object.getKind(), name(object));
    try {
      deletion.run();
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

  private static PatchContext apply(String manager) {
    return new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager(manager)
        .withForce(true)
        .build();
  }

  private JsonNode tree(HasMetadata object) {
    return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }
}
