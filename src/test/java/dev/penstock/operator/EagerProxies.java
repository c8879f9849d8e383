package dev.penstock.operator;

import dev.penstock.config.Envelope;
import dev.penstock.control.ProxyReport;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.status.ProxyState;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Stand-ins for proxies: every pod that is ready runs at once whatever it is given. */
final class EagerProxies implements Links {

  private final Map<ResourceName, Aim> aims = new ConcurrentHashMap<>();

  private record Aim(Optional<Envelope> envelope, List<ProxyLink.Proxy> proxies) {}

  /** What the gateway's proxies run. */
  Optional<Envelope> running(ResourceName gateway) {
    return Optional.ofNullable(aims.get(gateway)).flatMap(Aim::envelope);
  }

  @Override
  public ControlSecrets secrets(KubernetesClient client, Caches caches, Gate gate) {
    return _ -> {}; // nobody connects
  }

  @Override
  public ProxyLink open(KubernetesClient client, Caches caches, Consumer<ResourceName> told) {
    return new Link(aims, told, Executors.newSingleThreadExecutor());
  }

  private record Link(
      Map<ResourceName, Aim> aims, Consumer<ResourceName> told, ExecutorService thread)
      implements ProxyLink {

    @Override
    public void aim(ResourceName gateway, Optional<Envelope> envelope, List<Proxy> proxies) {
      var aim = new Aim(envelope, proxies);
      if (!aim.equals(aims.put(gateway, aim))) {
        thread.execute(() -> told.accept(gateway));
      }
    }

    @Override
    public List<ProxyState> states(ResourceName gateway) {
      Aim aim = aims.get(gateway);
      return aim == null
          ? List.of()
          : aim.proxies().stream()
              .filter(Proxy::ready)
              .map(
                  proxy ->
                      new ProxyState(
                          proxy.pod(), aim.envelope().map(Link::report), Optional.empty()))
              .toList();
    }

    private static ProxyReport report(Envelope envelope) {
      return new ProxyReport(
          "test",
          envelope.sequence(),
          Optional.empty(),
          true,
          false,
          List.of(),
          Optional.empty(),
          List.of(),
          ProxyReport.ClientsSeen.none());
    }

    @Override
    public void forget(ResourceName gateway) {
      aims.remove(gateway);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }
}
