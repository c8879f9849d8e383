package dev.penstock.operator;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.delivery.Delivery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The real link to real proxies, at a quick pace. All that differs from a cluster is the address:
 * pods share one machine, so each has a control port of its own.
 */
final class ServingPods implements ProxyLink.Opener, AutoCloseable {

  private static final Delivery.Pace QUICK =
      new Delivery.Pace(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofMillis(200),
          8);

  private final Map<String, ServingPod> pods = new ConcurrentHashMap<>();
  private final Scene scene;
  private final Path home;

  ServingPods(Scene scene, Path home) {
    this.scene = scene;
    this.home = home;
  }

  ServingPod start(String name) throws IOException {
    ServingPod pod = ServingPod.start(scene, name, home);
    pods.put(name, pod);
    return pod;
  }

  @Override
  public ProxyLink open(Consumer<ResourceName> told) {
    return new RedirectedLink(
        new DeliveryLink(new Delivery(QUICK, told::accept)), pod -> pods.get(pod).control());
  }

  @Override
  public void close() {
    new ArrayList<>(pods.values()).forEach(ServingPod::close);
  }
}
