package dev.penstock.operator;

import dev.penstock.cli.ProxyPod;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A real proxy of the gateway {@code default} in this process behind a Pod on the API server, with
 * the test as its kubelet: it mounts Secrets, probes, and tells of restarts.
 */
final class ServingPod implements AutoCloseable {

  private final Scene scene;
  private final String name;
  private final ProxyPod proxy;
  private int restarts;

  private ServingPod(Scene scene, String name, ProxyPod proxy) {
    this.scene = scene;
    this.name = name;
    this.proxy = proxy;
  }

  /** Starts it with the Secrets as they are now; it has no address yet. */
  static ServingPod start(Scene scene, String name, Path home) throws IOException {
    var pod =
        new ServingPod(
            scene, name, ProxyPod.start(home.resolve(name), TestCertificates.newAuthority()));
    pod.sync();
    scene.createProxyPod(name);
    return pod;
  }

  /** What a kubelet does within a minute or two: the mounts are as the Secrets are. */
  void sync() throws IOException {
    Map<String, byte[]> configuration = new HashMap<>();
    for (int n = 0; secret("penstock-default-config-" + n) != null; n++) {
      configuration.put(
          Integer.toString(n), data(secret("penstock-default-config-" + n)).get("config"));
    }
    Await.until("the control Secret", () -> secret("penstock-default-control") != null);
    proxy.mount(configuration, data(secret("penstock-default-control")));
  }

  private Secret secret(String secret) {
    return scene.get(Secret.class, secret);
  }

  private static Map<String, byte[]> data(Secret secret) {
    Map<String, byte[]> data = new HashMap<>();
    secret.getData().forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
    return data;
  }

  /** Waits until the proxy says that it is ready, and tells so. */
  ServingPod ready() {
    Await.until(name + " is ready", proxy::isReady);
    status(true);
    return this;
  }

  /** The process ends and begins anew, with its mounts as they are. */
  void restart() {
    status(false);
    proxy.restart();
    restarts++;
    ready();
  }

  private void status(boolean ready) {
    scene
        .client()
        .pods()
        .inNamespace(scene.namespace())
        .withName(name)
        .editStatus(
            pod ->
                new PodBuilder(pod)
                    .withNewStatus()
                    .withPodIP("127.0.0.9")
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus(ready ? "True" : "False")
                    .endCondition()
                    .addNewContainerStatus()
                    .withName("penstock")
                    .withImage("none")
                    .withImageID("none")
                    .withReady(ready)
                    .withRestartCount(restarts)
                    .endContainerStatus()
                    .endStatus()
                    .build());
  }

  /** As a Deployment does away with it. */
  void delete() {
    scene.client().pods().inNamespace(scene.namespace()).withName(name).withGracePeriod(0).delete();
  }

  String name() {
    return name;
  }

  InetSocketAddress control() {
    return proxy.controlAddress();
  }

  /** What a client gets. */
  String asked(String path) {
    return Objects.requireNonNull(proxy.asked(path));
  }

  Pod standing() {
    return scene.get(Pod.class, name);
  }

  @Override
  public void close() {
    proxy.close();
  }
}
