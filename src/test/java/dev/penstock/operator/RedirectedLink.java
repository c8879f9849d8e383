package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.delivery.PushCounts;
import dev.penstock.operator.status.ProxyState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/**
 * A link to pods that share one machine: all that differs from a cluster is that each has a control
 * port of its own.
 */
final class RedirectedLink implements ProxyLink {

  private final ProxyLink real;
  private final Function<String, InetSocketAddress> control;

  /** Pods are found by their names. */
  RedirectedLink(ProxyLink real, Function<String, InetSocketAddress> control) {
    this.real = real;
    this.control = control;
  }

  @Override
  public void aim(ResourceName gateway, Parcel parcel, ControlAccess access, List<Proxy> proxies) {
    real.aim(gateway, parcel, access, proxies.stream().map(this::here).toList());
  }

  private Proxy here(Proxy proxy) {
    return new Proxy(proxy.pod(), proxy.incarnation(), control.apply(proxy.pod()), proxy.ready());
  }

  @Override
  public List<ProxyState> states(ResourceName gateway) {
    return real.states(gateway);
  }

  @Override
  public PushCounts pushes() {
    return real.pushes();
  }

  @Override
  public void forget(ResourceName gateway) {
    real.forget(gateway);
  }

  @Override
  public void close() {
    real.close();
  }
}
