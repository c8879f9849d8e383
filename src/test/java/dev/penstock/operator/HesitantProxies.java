package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.status.ProxyState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Proxies that stay with what they run until they are told to take what they were sent. */
final class HesitantProxies implements ProxyLink.Opener, ProxyLink {

  private final ListeningProxies taking = new ListeningProxies();
  private final Map<ResourceName, Aim> last = new ConcurrentHashMap<>();
  private volatile boolean hesitating;
  private volatile Consumer<ResourceName> told = _ -> {};

  private record Aim(Parcel parcel, ControlAccess access) {}

  @Override
  public ProxyLink open(Consumer<ResourceName> listener) {
    told = listener;
    return this;
  }

  /** From now on they take nothing. */
  void hesitate() {
    hesitating = true;
  }

  /** Whether the gateway has something for them with at least this sequence. */
  boolean sent(ResourceName gateway, long sequence) {
    Aim aim = last.get(gateway);
    return aim != null && aim.parcel().sequence() >= sequence;
  }

  /** They take what they were sent last, and tell so. */
  void take(ResourceName gateway, List<Proxy> proxies) {
    hesitating = false;
    Aim aim = last.get(gateway);
    taking.aim(gateway, aim.parcel(), aim.access(), proxies);
    told.accept(gateway);
  }

  @Override
  public void aim(ResourceName gateway, Parcel parcel, ControlAccess access, List<Proxy> all) {
    last.put(gateway, new Aim(parcel, access));
    if (!hesitating) {
      taking.aim(gateway, parcel, access, all);
    }
  }

  @Override
  public List<ProxyState> states(ResourceName gateway) {
    return taking.states(gateway);
  }

  @Override
  public void forget(ResourceName gateway) {
    taking.forget(gateway);
  }

  @Override
  public void close() {
    taking.close();
  }
}
