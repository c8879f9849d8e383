package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.leader.NotLeadingException;
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

/** The one loop: each gateway is looked at as a whole, with all its services. */
final class GatewayReconciler implements Reconciler<AIGateway> {

  /** What the API server refused may have been mended by hand. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

  private final SimpleInboundEventSource<AIGateway> wakes =
      new SimpleInboundEventSource<>("changes");
  private final Reconciliation reconciliation;
  private final OperatorMetrics metrics;
  private final HoldOff holdOff;
  private final Gate gate;
  private final Clock clock;

  GatewayReconciler(
      Reconciliation reconciliation,
      OperatorMetrics metrics,
      HoldOff holdOff,
      Gate gate,
      Clock clock) {
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

  @Override
  public UpdateControl<AIGateway> reconcile(AIGateway gateway, Context<AIGateway> context) {
    if (!gate.isOpen() || gateway.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    Timer.Sample sample = metrics.begin();
    try {
      Reconciliation.Result result = reconciliation.run(gateway);
      tell(gateway, result);
      return again(result);
    } catch (NotLeadingException e) {
      return UpdateControl.noUpdate();
    } catch (RuntimeException e) {
      metrics.failed();
      throw e;
    } finally {
      holdOff.took(metrics.end(sample));
    }
  }

  private void tell(AIGateway gateway, Reconciliation.Result result) {
    var metadata = gateway.getMetadata();
    String name = metadata.getNamespace() + "/" + metadata.getName();
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
