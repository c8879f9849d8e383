package dev.penstock.operator;

import dev.penstock.config.Envelope;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.status.ProxyState;
import java.util.List;
import java.util.Optional;

/** The way to the proxies: configurations are pushed to them, and they are asked how they do. */
public interface ProxyLink extends AutoCloseable {

  /**
   * A proxy that can be reached.
   *
   * @param pod its name
   * @param address of the pod
   * @param ready whether it takes requests
   */
  record Proxy(String pod, String address, boolean ready) {}

  /**
   * Brings the configuration to all proxies that do not have it yet, again and again until they do;
   * never blocks.
   *
   * @param envelope absent while there is none: then they are only asked
   */
  void aim(ResourceName gateway, Optional<Envelope> envelope, List<Proxy> proxies);

  /** Those of the last {@link #aim} that are ready, with what is known of them. */
  List<ProxyState> states(ResourceName gateway);

  /** The gateway is gone. */
  void forget(ResourceName gateway);

  @Override
  void close();
}
