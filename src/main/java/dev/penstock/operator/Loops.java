package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Set;

/** The operator SDK, set up for one loop. */
final class Loops {

  private static final int GATEWAYS_AT_ONCE = 4;
  private static final int FIRST_RETRY_MILLIS = 200;
  private static final int LAST_RETRY_MILLIS = 30_000;

  private Loops() {}

  static Operator of(
      KubernetesClient client,
      Set<String> namespaces,
      GatewayReconciler reconciler,
      HoldOff holdOff) {
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
              .withRateLimiter(holdOff)
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
