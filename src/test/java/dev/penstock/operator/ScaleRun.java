package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a person: many AIServices at a real API server, with the operator in a process of its own and
 * real proxies in this one. Tells how long it takes until all are Ready, how soon one change is
 * served, and what the operator takes. {@code -Dscale.services=5000 -Dscale.rate=100
 * -Dscale.changes=50 -Dscale.proxies=1}.
 */
final class ScaleRun {

  private static final Logger LOG = LoggerFactory.getLogger(ScaleRun.class);
  private static final int SERVICES = Integer.getInteger("scale.services", 5_000);
  private static final int FIRST = Math.min(1_000, SERVICES);
  private static final int RATE = Integer.getInteger("scale.rate", 100);
  private static final int CHANGES = Integer.getInteger("scale.changes", 50);
  private static final int PROXIES = Integer.getInteger("scale.proxies", 1);
  private static final int HANDS = 8;

  private final Map<String, Long> created = new ConcurrentHashMap<>();
  private final Map<String, Long> ready = new ConcurrentHashMap<>();
  private final Scene scene;
  private final KubernetesClient client;

  private ScaleRun(Scene scene) {
    this.scene = scene;
    this.client = scene.client();
  }

  static void main() throws Exception {
    ApiServer api = ApiServer.forProgram();
    Path home = Files.createTempDirectory("scale");
    try {
      new ScaleRun(Scene.on(api)).run(api, home);
    } catch (Throwable e) {
      LOG.error("It did not come to its end", e);
    }
    api.end();
    Runtime.getRuntime().halt(0);
  }

  private void run(ApiServer api, Path home) throws Exception {
    Path log = Path.of("target", "scale-operator.log").toAbsolutePath();
    Files.createDirectories(log.getParent());
    // Proxies need what an operator made: one that only prepares.
    try (var _ = Operators.start(client, scene.namespace())) {
      scene.gateway("{tls: {mode: Disabled}, proxy: {service: {type: ClusterIP}}}");
      Await.until(
          "a configuration", () -> scene.get(Secret.class, "penstock-default-config-0") != null);
      Await.until("an account", () -> scene.get(ServiceAccount.class, "penstock-default") != null);
    }
    List<ServingPod> pods = new ArrayList<>();
    for (int i = 0; i < PROXIES; i++) {
      pods.add(ServingPod.start(scene, "proxy-" + i, home).ready());
    }
    long from = System.nanoTime();
    paced(SERVICES, 0, this::backend);
    System.out.printf("%d Services with slices in %d ms%n", SERVICES, millisSince(from));
    String[] ports =
        pods.stream().map(pod -> pod.name() + "=" + pod.control().getPort()).toArray(String[]::new);
    try (var operator = ScaleOperator.start(api.kubeconfig(), scene.namespace(), log, ports)) {
      scene.awaitGateway("Programmed", "True");
      System.out.printf("idle: %s, most %s%n", operator.memory("VmRSS"), operator.memory("VmHWM"));
      watch();
      create(operator, 0, FIRST);
      changes(operator, pods, FIRST);
      if (SERVICES > FIRST) {
        create(operator, FIRST, SERVICES);
        changes(operator, pods, SERVICES);
      }
    }
    pods.forEach(ServingPod::close);
  }

  private void watch() {
    client
        .resources(AIService.class)
        .inNamespace(scene.namespace())
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(AIService service) {
                seen(service);
              }

              @Override
              public void onUpdate(AIService before, AIService now) {
                seen(now);
              }

              @Override
              public void onDelete(AIService service, boolean unknown) {}
            });
  }

  private void seen(AIService service) {
    var status = service.getStatus();
    if (status != null
        && status.conditions() != null
        && status.conditions().stream()
            .anyMatch(
                each ->
                    each.getType().equals("Ready")
                        && each.getStatus().equals("True")
                        && service
                            .getMetadata()
                            .getGeneration()
                            .equals(each.getObservedGeneration()))) {
      ready.putIfAbsent(service.getMetadata().getName(), System.nanoTime());
    }
  }

  private void backend(int number) {
    client
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("s" + number)
                .withNamespace(scene.namespace())
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
    client
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("s" + number)
                .withNamespace(scene.namespace())
                .addToLabels("kubernetes.io/service-name", "s" + number)
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withPort(8080)
                .withProtocol("TCP")
                .endPort()
                .withEndpoints(address(number, 1), address(number, 2))
                .build())
        .create();
  }

  private static io.fabric8.kubernetes.api.model.discovery.v1.Endpoint address(
      int number, int last) {
    return new EndpointBuilder()
        .addToAddresses("10.%d.%d.%d".formatted(number >> 8, number & 255, last))
        .withNewConditions()
        .withReady(true)
        .endConditions()
        .build();
  }

  private void create(ScaleOperator operator, int from, int to) throws InterruptedException {
    var costs = ScaleCosts.of(client, operator);
    double rounds = operator.metric("penstock_operator_reconcile_seconds_count");
    double spent = operator.metric("penstock_operator_reconcile_seconds_sum");
    double pushes = operator.metric("penstock_operator_pushes_total{result=\"ok\"}");
    long began = System.nanoTime();
    paced(
        to - from,
        RATE,
        number -> {
          String name = "s" + (from + number);
          created.put(name, System.nanoTime());
          scene.service(name, spec(from + number, "/"));
        });
    long last = System.nanoTime();
    Await.within(Duration.ofMinutes(10), "all Ready", () -> ready.size() == to);
    List<Long> waits = new ArrayList<>();
    for (int i = from; i < to; i++) {
      waits.add(ready.get("s" + i) - created.get("s" + i));
    }
    long end = Collections.max(ready.values());
    System.out.printf(
        "%d to %d created in %d ms; the last was Ready %d ms after the last creation; each after %s%n",
        from, to, (last - began) / 1_000_000, (end - last) / 1_000_000, spread(waits));
    rounds = operator.metric("penstock_operator_reconcile_seconds_count") - rounds;
    spent = operator.metric("penstock_operator_reconcile_seconds_sum") - spent;
    pushes = operator.metric("penstock_operator_pushes_total{result=\"ok\"}") - pushes;
    System.out.printf(
        "operator: %.0f rounds of %.0f ms, %.0f pushes, %s, most %s%n",
        rounds, spent * 1000 / rounds, pushes, operator.memory("VmRSS"), operator.memory("VmHWM"));
    System.out.println(ScaleCosts.of(client, operator).since(costs));
  }

  private static String spec(int number, String rewrite) {
    return "{path: /s%d, rewrite: %s, backend: {service: {name: s%d, port: 80}}, rateLimit: {rate: 10r/s, burst: 5}}"
        .formatted(number, rewrite, number);
  }

  /** One AIService comes or goes at a time; each counts until a client sees it. */
  private void changes(ScaleOperator operator, List<ServingPod> pods, int services) {
    Await.within(
        Duration.ofMinutes(3),
        "all statuses",
        () -> operator.metric("penstock_operator_statuses_waiting") == 0);
    var costs = ScaleCosts.of(client, operator);
    List<Long> served = new ArrayList<>();
    for (int i = 0; i < CHANGES; i++) {
      LockSupport.parkNanos(400_000_000L + i % 10 * 20_000_000L);
      String name = "change-" + services + "-" + i;
      long from = System.nanoTime();
      scene.service(
          name, "{path: /%s, backend: {service: {name: none, port: 80}}}".formatted(name));
      served.add(untilServed(pods, name) - from);
    }
    System.out.printf(
        "%d times one change at %d services, each served after %s; operator: %s, most %s%n",
        CHANGES, services, spread(served), operator.memory("VmRSS"), operator.memory("VmHWM"));
    System.out.println(ScaleCosts.of(client, operator).since(costs));
  }

  /** A route without a backend is answered 503 at once. */
  private static long untilServed(List<ServingPod> pods, String path) {
    for (ServingPod pod : pods) {
      while (pod.asked("/" + path).startsWith("HTTP/1.1 404")) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    return System.nanoTime();
  }

  /** So many a second, 0: as fast as it goes. */
  private static void paced(int count, int rate, IntConsumer work) throws InterruptedException {
    var done = new CountDownLatch(count);
    long from = System.nanoTime();
    var slots = new java.util.concurrent.Semaphore(rate == 0 ? HANDS : 64);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        int number = i;
        if (rate > 0) {
          LockSupport.parkNanos(from + i * 1_000_000_000L / rate - System.nanoTime());
        }
        slots.acquire();
        threads.execute(
            () -> {
              try {
                work.accept(number);
              } finally {
                slots.release();
                done.countDown();
              }
            });
      }
      done.await();
    }
  }

  private static String spread(List<Long> nanos) {
    Collections.sort(nanos);
    return "p50 %d, p99 %d, most %d ms".formatted(at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1));
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)) / 1_000_000;
  }

  private static long millisSince(long from) {
    return (System.nanoTime() - from) / 1_000_000;
  }
}
