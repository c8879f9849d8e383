package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.delivery.PushCounts;
import dev.penstock.operator.status.ProxyState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/** The way to the proxies: configurations are pushed to them, and they are asked how they do. */
public interface ProxyLink extends AutoCloseable {

  /**
   * A proxy that can be reached.
   *
   * @param pod its name
   * @param incarnation another one for each of its processes
   * @param control where its control port is
   * @param ready whether it takes requests
   */
  record Proxy(String pod, String incarnation, InetSocketAddress control, boolean ready) {}

  /** Makes one. */
  @FunctionalInterface
  interface Opener {

    /**
     * Opens it.
     *
     * @param told of each gateway whose proxies have something new to tell
     */
    ProxyLink open(Consumer<ResourceName> told);
  }

  /**
   * Brings the configuration to all proxies that do not have it yet, again and again until they do;
   * never blocks.
   */
  void aim(ResourceName gateway, Parcel parcel, ControlAccess access, List<Proxy> proxies);

  /** Those of the last {@link #aim} that are ready, with what is known of them. */
  List<ProxyState> states(ResourceName gateway);

  /** How pushes ended; none where nothing is pushed. */
  default PushCounts pushes() {
    return new PushCounts();
  }

  /** The gateway is gone, or another operator's. */
  void forget(ResourceName gateway);

  @Override
  void close();
}
