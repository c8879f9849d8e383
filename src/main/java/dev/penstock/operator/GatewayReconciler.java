package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.leader.NotLeadingException;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one loop: each gateway is looked at as a whole, with all its services. */
final class GatewayReconciler implements Reconciler<AIGateway> {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayReconciler.class);

  /** What the API server refused may have been mended by hand. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

  private final SimpleInboundEventSource<AIGateway> wakes =
      new SimpleInboundEventSource<>("changes");
  private final Caches caches;
  private final Reconciliation reconciliation;
  private final OperatorMetrics metrics;
  private final HoldOff holdOff;
  private final Gate gate;
  private final Clock clock;

  GatewayReconciler(
      Caches caches,
      Reconciliation reconciliation,
      OperatorMetrics metrics,
      HoldOff holdOff,
      Gate gate,
      Clock clock) {
    this.caches = caches;
    this.reconciliation = reconciliation;
    this.metrics = metrics;
    this.holdOff = holdOff;
    this.gate = gate;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, AIGateway>> prepareEventSources(
      EventSourceContext<AIGateway> context) {
    return List.of(wakes);
  }

  /** The gateway is looked at soon; quick, and harmless for one that is not there. */
  void wake(ResourceName gateway) {
    if (wakes.isRunning()) {
      wakes.propagateEvent(new ResourceID(gateway.name(), gateway.namespace()));
    }
  }

  /** What the SDK hands over may be older than what was seen already. */
  @Override
  public UpdateControl<AIGateway> reconcile(AIGateway told, Context<AIGateway> context) {
    ResourceName name =
        new ResourceName(told.getMetadata().getNamespace(), told.getMetadata().getName());
    return caches
        .of(AIGateway.class)
        .get(name)
        .filter(gateway -> gate.isOpen() && !ends(gateway))
        .map(gateway -> reconcile(name, gateway))
        .orElseGet(UpdateControl::noUpdate);
  }

  /** Itself, or its namespace with all that is in it. */
  private boolean ends(AIGateway gateway) {
    Optional<Namespace> namespace = caches.namespace(gateway.getMetadata().getNamespace());
    return Stream.concat(Stream.of(gateway), namespace.stream())
        .anyMatch(each -> each.getMetadata().getDeletionTimestamp() != null);
  }

  private UpdateControl<AIGateway> reconcile(ResourceName name, AIGateway gateway) {
    Timer.Sample sample = metrics.begin();
    try {
      Reconciliation.Result result = reconciliation.run(gateway);
      tell(name.toString(), result);
      return again(result);
    } catch (NotLeadingException e) {
      return UpdateControl.noUpdate();
    } catch (RuntimeException e) {
      if (e instanceof KubernetesClientException refused && EndingNamespace.refuses(refused)) {
        LOG.info("AIGateway {} ends with its namespace", name);
        return UpdateControl.noUpdate();
      }
      metrics.failed();
      throw e;
    } finally {
      holdOff.took(metrics.end(sample));
    }
  }

  private void tell(String name, Reconciliation.Result result) {
    result
        .lookAgain()
        .ifPresentOrElse(
            end -> metrics.certificateEnds(name, end), () -> metrics.noCertificate(name));
    if (result.failed()) {
      metrics.failed();
    }
  }

  private UpdateControl<AIGateway> again(Reconciliation.Result result) {
    UpdateControl<AIGateway> nothing = UpdateControl.noUpdate();
    if (result.failed()) {
      return nothing.rescheduleAfter(RETRY);
    }
    return result.lookAgain().map(at -> nothing.rescheduleAfter(until(at))).orElse(nothing);
  }

  private Duration until(Instant time) {
    Duration wait = Duration.between(clock.instant(), time);
    return wait.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : wait;
  }
}
