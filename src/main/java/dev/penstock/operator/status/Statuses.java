package dev.penstock.operator.status;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Keeps the statuses of gateways and services true: each time that a gateway was looked at, and
 * each time that its proxies told something new. What would not change is not written.
 */
public final class Statuses implements AutoCloseable {

  private static final int GATEWAYS_AT_ONCE = 2;
  private static final int SERVICES_AT_ONCE = 12;

  private final Map<ResourceName, GatewayFacts> facts = new ConcurrentHashMap<>();
  private final Function<ResourceName, List<ProxyState>> proxies;
  private final GatewayStatusWriter gatewayWriter;
  private final ServiceStatusWriter serviceWriter;
  private final KeyedQueue<ResourceName> gateways;
  private final KeyedQueue<ResourceName> services;
  private final EventSender sender;
  private final Gate gate;

  /**
   * Nothing is known yet.
   *
   * @param proxies those of a gateway that are ready
   * @param instance who tells of events
   */
  public Statuses(
      KubernetesClient client,
      Caches caches,
      Gate gate,
      Function<ResourceName, List<ProxyState>> proxies,
      String instance,
      Clock clock) {
    var writes = new StatusClient(client, gate);
    this.sender = new EventSender(client, gate);
    var events = new Events(sender::send, instance, clock);
    this.proxies = proxies;
    this.gate = gate;
    this.gatewayWriter = new GatewayStatusWriter(caches, writes, events, clock);
    this.serviceWriter = new ServiceStatusWriter(caches, writes, events, clock);
    this.gateways = new KeyedQueue<>("gateway-status-", GATEWAYS_AT_ONCE, this::refresh);
    this.services = new KeyedQueue<>("service-status-", SERVICES_AT_ONCE, this::write);
  }

  /** The gateway was looked at. */
  public void put(ResourceName gateway, GatewayFacts found) {
    facts.put(gateway, found);
    gateways.add(gateway);
  }

  /** Its proxies, or its Service, are no longer as they were. */
  public void changed(ResourceName gateway) {
    if (facts.containsKey(gateway)) {
      gateways.add(gateway);
    }
  }

  /** The gateway is gone; its services have none now. */
  public void forget(ResourceName gateway) {
    facts.remove(gateway);
    serviceWriter.forget(gateway).forEach(services::add);
  }

  /** The service is new, or names other gateways than before, or was written by others. */
  public void serviceChanged(ResourceName service) {
    services.add(service);
  }

  /** How many statuses are to be looked at. */
  public int waiting() {
    return gateways.size() + services.size();
  }

  private void refresh(ResourceName gateway) {
    GatewayFacts found = facts.get(gateway);
    if (found == null || !gate.isOpen()) {
      return;
    }
    List<ProxyState> states = proxies.apply(gateway);
    serviceWriter.judge(gateway, found, new Acknowledged(states)).forEach(services::add);
    gatewayWriter.write(gateway, found, states).ifPresent(wait -> gateways.add(gateway, wait));
  }

  private void write(ResourceName service) {
    if (gate.isOpen()) {
      serviceWriter.write(service).ifPresent(wait -> services.add(service, wait));
    }
  }

  @Override
  public void close() {
    gateways.close();
    services.close();
    sender.close();
  }
}
