package dev.penstock.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.config.ConfigFormatException;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import dev.penstock.operator.resources.Labels;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A namespace on a real API server, with what a user and a kubelet would do there. */
record Scene(KubernetesClient client, String namespace) {

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("user")
          .withForce(true)
          .build();

  static Scene on(ApiServer api) {
    return new Scene(api.client(), api.newNamespace("scene"));
  }

  /** The gateway {@code default} with this spec, as {@code kubectl apply} would. */
  void gateway(String spec) {
    apply("AIGateway", "default", spec);
  }

  void service(String name, String spec) {
    apply("AIService", name, spec);
  }

  void apply(String kind, String name, String spec) {
    GenericKubernetesResource resource =
        client
            .getKubernetesSerialization()
            .unmarshal(
                "apiVersion: penstock.dev/v1alpha1\nkind: %s\nmetadata: {name: %s, namespace: %s}\nspec: %s\n"
                    .formatted(kind, name, namespace, spec),
                GenericKubernetesResource.class);
    client.resource(resource).patch(APPLY);
  }

  AIGateway gateway() {
    return get(AIGateway.class, "default");
  }

  <T extends HasMetadata> T get(Class<T> kind, String name) {
    return client.resources(kind).inNamespace(namespace).withName(name).get();
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return client.resources(kind).inNamespace(namespace).list().getItems();
  }

  /** {@code Status Reason: message}; empty while there is none for the current generation. */
  String condition(Class<? extends HasMetadata> kind, String name, String type) {
    HasMetadata resource = get(kind, name);
    List<Condition> conditions =
        switch (resource) {
          case AIGateway gateway when gateway.getStatus() != null ->
              gateway.getStatus().conditions();
          case AIService service when service.getStatus() != null ->
              service.getStatus().conditions();
          case null, default -> null;
        };
    return Optional.ofNullable(conditions).stream()
        .flatMap(List::stream)
        .filter(each -> each.getType().equals(type))
        .filter(each -> resource.getMetadata().getGeneration().equals(each.getObservedGeneration()))
        .map(each -> each.getStatus() + " " + each.getReason() + ": " + each.getMessage())
        .findFirst()
        .orElse("");
  }

  /** Waits until the condition of the service begins so, such as {@code True Ready}. */
  void awaitService(String name, String type, String start) {
    awaitCondition(AIService.class, name, type, start);
  }

  void awaitGateway(String type, String start) {
    awaitCondition(AIGateway.class, "default", type, start);
  }

  private void awaitCondition(
      Class<? extends HasMetadata> kind, String name, String type, String start) {
    Await.passing(
        () -> {
          String condition = condition(kind, name, type);
          int end = Math.min(start.length(), condition.length());
          assertEquals(start, condition.substring(0, end), () -> name + " " + type + condition);
          return condition;
        });
  }

  /** The configuration of the gateway {@code default} as proxies mount it. */
  Envelope published() {
    List<byte[]> shards = new ArrayList<>();
    for (int n = 0; get(Secret.class, "penstock-default-config-" + n) != null; n++) {
      String shard = get(Secret.class, "penstock-default-config-" + n).getData().get("config");
      shards.add(Base64.getDecoder().decode(shard));
    }
    try {
      return new EnvelopeCodec().decode(Shards.join(shards));
    } catch (ConfigFormatException e) {
      throw new AssertionError(e);
    }
  }

  /** A Pod of a proxy of the gateway {@code default}, of which no kubelet has told anything. */
  void createProxyPod(String name) {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels(Labels.COMPONENT, Labels.PROXY)
                .addToLabels(Labels.INSTANCE, "penstock-default")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("penstock-default")
                .addNewContainer()
                .withName("penstock")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  /** A proxy of the gateway {@code default} as a kubelet would report it: running and ready. */
  void readyProxy(String name) {
    Await.until("the account of the proxies", () -> account() != null);
    createProxyPod(name);
    client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .editStatus(
            pod ->
                new PodBuilder(pod)
                    .editStatus()
                    .withPodIP("127.0.0.9")
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .endCondition()
                    .endStatus()
                    .build());
  }

  private HasMetadata account() {
    return client.serviceAccounts().inNamespace(namespace).withName("penstock-default").get();
  }
}
