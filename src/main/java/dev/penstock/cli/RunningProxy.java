package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A proxy that serves. */
public interface RunningProxy extends AutoCloseable {

  /**
   * Serves this configuration from now on; requests in flight finish on the one before.
   *
   * @throws RefusedConfigException when it cannot be compiled; the one before stays
   */
  void apply(GatewayConfig config) throws RefusedConfigException;

  /** Counts a change that no configuration for {@link #apply} could be made of. */
  void refused();

  /** Absent when turned off. */
  Optional<InetSocketAddress> httpAddress();

  /** Absent when turned off. */
  Optional<InetSocketAddress> httpsAddress();

  /** Absent when turned off. */
  Optional<InetSocketAddress> adminAddress();

  /** Does behind what makes the first requests fast; called once it serves. Returns at once. */
  void settle();

  /** Stops accepting and returns when requests in flight are done, or the drain timeout is over. */
  void drain();

  /** Breaks off what is left. A second call does nothing. */
  @Override
  void close();
}
