package dev.penstock.operator;

import dev.penstock.config.Envelope;
import dev.penstock.control.ProxyReport;
import dev.penstock.control.ProxyReport.ClientsSeen;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.status.ProxyState;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Proxies that take every configuration at once, but for those that are told to refuse. */
final class ListeningProxies implements Links, ProxyLink {

  /** Pods that refuse whatever they are sent. */
  final Set<String> refusing = ConcurrentHashMap.newKeySet();

  private final Map<ResourceName, Envelope> aimed = new ConcurrentHashMap<>();
  private final Map<ResourceName, List<Proxy>> proxies = new ConcurrentHashMap<>();

  Optional<Envelope> sent(ResourceName gateway) {
    return Optional.ofNullable(aimed.get(gateway));
  }

  @Override
  public ProxyLink open(KubernetesClient client, Caches caches, Consumer<ResourceName> told) {
    return this;
  }

  @Override
  public ControlSecrets secrets(KubernetesClient client, Caches caches, Gate gate) {
    return shape -> {};
  }

  @Override
  public void aim(ResourceName gateway, Optional<Envelope> envelope, List<Proxy> all) {
    envelope.ifPresent(sent -> aimed.put(gateway, sent));
    proxies.put(gateway, all);
  }

  @Override
  public List<ProxyState> states(ResourceName gateway) {
    long sequence = sent(gateway).map(Envelope::sequence).orElse(0L);
    return proxies.getOrDefault(gateway, List.of()).stream()
        .filter(Proxy::ready)
        .map(
            proxy ->
                new ProxyState(proxy.pod(), Optional.of(report(proxy, sequence)), Optional.empty()))
        .toList();
  }

  private ProxyReport report(Proxy proxy, long sequence) {
    boolean refuses = refusing.contains(proxy.pod());
    return new ProxyReport(
        "test",
        refuses ? sequence - 1 : sequence,
        refuses
            ? Optional.of(new ProxyReport.Refusal(sequence, List.of("it does not like it")))
            : Optional.empty(),
        true,
        false,
        List.of(),
        Optional.empty(),
        List.of(),
        ClientsSeen.none());
  }

  @Override
  public void forget(ResourceName gateway) {
    aimed.remove(gateway);
    proxies.remove(gateway);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
