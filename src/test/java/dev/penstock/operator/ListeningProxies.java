package dev.penstock.operator;

import dev.penstock.control.ProxyReport;
import dev.penstock.control.ProxyReport.ClientsSeen;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.delivery.Push;
import dev.penstock.operator.status.ProxyState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Proxies that take every configuration at once, but for those that are told to refuse. */
final class ListeningProxies implements ProxyLink.Opener, ProxyLink {

  /** Pods that refuse whatever they are sent. */
  final Set<String> refusing = ConcurrentHashMap.newKeySet();

  private final Map<ResourceName, Parcel> aimed = new ConcurrentHashMap<>();
  private final Map<ResourceName, List<Proxy>> proxies = new ConcurrentHashMap<>();

  @Override
  public ProxyLink open(Consumer<ResourceName> told) {
    return this;
  }

  @Override
  public void aim(ResourceName gateway, Parcel parcel, ControlAccess access, List<Proxy> all) {
    aimed.put(gateway, parcel);
    proxies.put(gateway, all);
  }

  @Override
  public List<ProxyState> states(ResourceName gateway) {
    Parcel parcel = aimed.get(gateway);
    long sequence = parcel == null ? 0 : parcel.sequence();
    return proxies.getOrDefault(gateway, List.of()).stream()
        .filter(Proxy::ready)
        .map(
            proxy ->
                new ProxyState(
                    proxy.pod(),
                    Optional.of(report(proxy, sequence)),
                    Optional.empty(),
                    new Push.Waiting()))
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
