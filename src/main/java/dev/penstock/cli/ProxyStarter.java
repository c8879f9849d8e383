package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;

/** Starts the data plane; a seam, so that the commands are tested without one. */
@FunctionalInterface
public interface ProxyStarter {

  /**
   * Listens and serves when it returns.
   *
   * @throws CannotListenException when an address is in use or not permitted
   * @throws RefusedConfigException when the configuration cannot be compiled
   */
  RunningProxy start(ListenOptions options, GatewayConfig config)
      throws CannotListenException, RefusedConfigException;

  /** Called when a start is certain to follow: loads behind what that will need. */
  default void prepare() {}

  /** The real one. */
  static ProxyStarter ofDataPlane() {
    return new DataPlaneStarter();
  }
}
