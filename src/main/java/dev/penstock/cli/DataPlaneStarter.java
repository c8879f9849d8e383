package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.ProxyServer;
import org.jspecify.annotations.Nullable;

/** Starts the real proxy; its native libraries are loaded while the manifests are read. */
final class DataPlaneStarter implements ProxyStarter {

  private @Nullable Thread preparing;

  @Override
  public void prepare() {
    preparing =
        Thread.ofPlatform()
            .daemon()
            .name("prepare")
            .start(
                () -> {
                  ProxyServer.loadLibraries();
                  new ProxyMetrics().close();
                });
  }

  @Override
  public RunningProxy start(ListenOptions options, GatewayConfig config)
      throws CannotListenException, RefusedConfigException {
    awaitPrepared();
    return DataPlane.start(options, config);
  }

  /** Two threads that initialise classes which need one another could wait for ever. */
  private void awaitPrepared() {
    if (preparing == null) {
      return;
    }
    try {
      preparing.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
