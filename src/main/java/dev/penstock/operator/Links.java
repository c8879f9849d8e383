package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Consumer;

/** Makes what the operator reaches its proxies with. */
public interface Links {

  /**
   * The way to all proxies.
   *
   * @param told of each gateway whose proxies have something new to tell
   */
  ProxyLink open(KubernetesClient client, Caches caches, Consumer<ResourceName> told);

  /** What lets both sides know each other. */
  ControlSecrets secrets(KubernetesClient client, Caches caches, Gate gate);
}
