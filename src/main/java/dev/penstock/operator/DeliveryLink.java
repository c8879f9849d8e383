package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.delivery.Delivery;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.delivery.Pod;
import dev.penstock.operator.delivery.PodState;
import dev.penstock.operator.delivery.Push;
import dev.penstock.operator.delivery.PushCounts;
import dev.penstock.operator.status.ProxyState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Proxies that are reached over their control port. */
public final class DeliveryLink implements ProxyLink {

  private final Map<ResourceName, List<Proxy>> proxies = new ConcurrentHashMap<>();
  private final Delivery delivery;

  DeliveryLink(Delivery delivery) {
    this.delivery = delivery;
  }

  /** At the pace of a cluster. */
  public static DeliveryLink open(Consumer<ResourceName> told) {
    return new DeliveryLink(new Delivery(Delivery.Pace.usual(), told::accept));
  }

  @Override
  public void aim(ResourceName gateway, Parcel parcel, ControlAccess access, List<Proxy> all) {
    proxies.put(gateway, all);
    delivery.deliver(
        gateway,
        parcel,
        access,
        all.stream()
            .map(proxy -> new Pod(proxy.pod(), proxy.incarnation(), proxy.control()))
            .toList());
  }

  @Override
  public List<ProxyState> states(ResourceName gateway) {
    Map<String, PodState> states = delivery.states(gateway);
    return proxies.getOrDefault(gateway, List.of()).stream()
        .filter(Proxy::ready)
        .map(proxy -> state(proxy.pod(), Optional.ofNullable(states.get(proxy.pod()))))
        .toList();
  }

  private static ProxyState state(String pod, Optional<PodState> state) {
    return new ProxyState(
        pod,
        state.flatMap(PodState::report),
        state.flatMap(PodState::silence),
        state.map(PodState::push).orElseGet(Push.Waiting::new));
  }

  @Override
  public PushCounts pushes() {
    return delivery.pushes();
  }

  @Override
  public void forget(ResourceName gateway) {
    proxies.remove(gateway);
    delivery.forget(gateway);
  }

  @Override
  public void close() {
    delivery.close();
  }
}
