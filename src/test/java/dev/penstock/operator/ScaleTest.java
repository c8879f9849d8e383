package dev.penstock.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.testing.ApiServer;
import dev.penstock.testing.Await;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many services cost as much each as few. {@link ScaleRun} measures many more. */
class ScaleTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final int SERVICES = 500;
  private static final int HANDS = 8;

  private final Scene scene = Scene.on(API);

  @Test
  void eachOfManyServicesIsTranslatedOnceAndChangesArePublishedTogether() throws Exception {
    try (var operator =
        Operators.start(
            API.client(), scene.namespace(), "scale", new ListeningProxies(), Clock.systemUTC())) {
      scene.gateway("{tls: {mode: Disabled}, proxy: {service: {type: ClusterIP}}}");
      scene.readyProxy("proxy-1");
      scene.awaitGateway("Ready", "True");
      long before = scene.published().sequence();

      create();

      Await.within(Duration.ofMinutes(3), "all Ready", () -> ready() == SERVICES);
      assertEquals(SERVICES, translations(operator));
      long published = scene.published().sequence() - before;
      assertTrue(published < SERVICES / 3, () -> published + " configurations");

      scene.service("s7", "{path: /other, backend: {url: 'http://192.0.2.7'}}");
      scene.awaitService("s7", "Ready", "True");
      assertEquals(SERVICES + 1, translations(operator));
    }
  }

  private void create() throws InterruptedException {
    var slots = new Semaphore(HANDS);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SERVICES; i++) {
        String name = "s" + i;
        slots.acquire();
        threads.execute(
            () -> {
              try {
                scene.service(name, "{path: /" + name + ", backend: {url: 'http://192.0.2.7'}}");
              } finally {
                slots.release();
              }
            });
      }
    }
  }

  private long ready() {
    return scene.all(AIService.class).stream().filter(ScaleTest::isReady).count();
  }

  private static boolean isReady(AIService service) {
    return service.getStatus() != null
        && service.getStatus().conditions().stream()
            .map(ScaleTest::text)
            .anyMatch("Ready True"::equals);
  }

  private static String text(Condition condition) {
    return condition.getType() + " " + condition.getStatus();
  }

  private static long translations(PenstockOperator operator) throws IOException {
    var metrics = URI.create("http://localhost:" + operator.adminAddress().getPort() + "/metrics");
    String series = "penstock_operator_translations_total ";
    try (var text = metrics.toURL().openStream()) {
      return new String(text.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(series))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
          .sum();
    }
  }
}
