package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Set;

/** The operator SDK, set up for one loop. */
final class Loops {

  /**
   * The first change is served at once; those that come within this time after it are served
   * together.
   */
  private static final Duration HOLD_OFF = Duration.ofMillis(150);

  private static final int GATEWAYS_AT_ONCE = 4;
  private static final int FIRST_RETRY_MILLIS = 200;
  private static final int LAST_RETRY_MILLIS = 30_000;

  private Loops() {}

  static Operator of(
      KubernetesClient client, Set<String> namespaces, GatewayReconciler reconciler) {
    var operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withStopOnInformerErrorDuringStartup(false)
                    .withConcurrentReconciliationThreads(GATEWAYS_AT_ONCE)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
    operator.<AIGateway>register(
        reconciler,
        settings -> {
          settings
              .withName("aigateway")
              .withGenerationAware(true)
              .withRateLimiter(new LinearRateLimiter(HOLD_OFF, 1))
              .withRetry(
                  new GenericRetry()
                      .setInitialInterval(FIRST_RETRY_MILLIS)
                      .setIntervalMultiplier(2)
                      .setMaxInterval(LAST_RETRY_MILLIS)
                      .setMaxAttempts(Integer.MAX_VALUE));
          if (!namespaces.isEmpty()) {
            settings.settingNamespaces(namespaces);
          }
        });
    return operator;
  }
}
