package dev.penstock.operator.status;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIGatewayStatus;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.AIServiceStatus;
import dev.penstock.operator.cluster.Writer;
import dev.penstock.operator.leader.Gate;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.Optional;

/** Writes statuses by server-side apply. */
final class StatusClient {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(Writer.FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;
  private final Gate gate;

  StatusClient(KubernetesClient client, Gate gate) {
    this.client = client;
    this.gate = gate;
  }

  /** What it became; absent when the gateway is gone. */
  Optional<AIGateway> write(AIGateway gateway, AIGatewayStatus status) {
    var written = new AIGateway();
    written.setMetadata(identity(gateway));
    written.setStatus(status);
    return patch(written);
  }

  /** What it became; absent when the service is gone. */
  Optional<AIService> write(AIService service, AIServiceStatus status) {
    var written = new AIService();
    written.setMetadata(identity(service));
    written.setStatus(status);
    return patch(written);
  }

  /** With the UID: what was deleted and made anew meanwhile has a status of its own. */
  private static ObjectMeta identity(HasMetadata object) {
    return new ObjectMetaBuilder()
        .withNamespace(object.getMetadata().getNamespace())
        .withName(object.getMetadata().getName())
        .withUid(object.getMetadata().getUid())
        .build();
  }

  private <T extends HasMetadata> Optional<T> patch(T written) {
    gate.check();
    try {
      return Optional.of(client.resource(written).subresource("status").patch(APPLY));
    } catch (KubernetesClientException e) {
      boolean gone =
          e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
              || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      if (!gone) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
