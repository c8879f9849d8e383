package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.cluster.IssuedCertificates;
import dev.penstock.operator.cluster.Lookups;
import dev.penstock.operator.cluster.WatchFactory;
import dev.penstock.operator.cluster.Writer;
import dev.penstock.operator.leader.Leadership;
import dev.penstock.operator.publish.ConfigPublisher;
import dev.penstock.operator.publish.StandingSecrets;
import dev.penstock.operator.status.Statuses;
import dev.penstock.operator.tls.ControlCredentials;
import dev.penstock.operator.tls.GatewayCertificates;
import dev.penstock.operator.tls.OwnCertificate;
import dev.penstock.operator.tls.TlsSecrets;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator from its start to its end. */
public final class PenstockOperator implements AutoCloseable, Triggers.Concerned {

  private static final Logger LOG = LoggerFactory.getLogger(PenstockOperator.class);
  private static final Duration LONGEST_START = Duration.ofMinutes(2);

  private final OperatorMetrics metrics = new OperatorMetrics();
  private final Lookups lookups = new Lookups();
  private final Caches caches;
  private final Leadership leadership;
  private final ConfigPublisher publisher;
  private final ProxyLink link;
  private final ControlCredentials credentials;
  private final Statuses statuses;
  private final Reconciliation reconciliation;
  private final GatewayReconciler reconciler;
  private final Operator operator;
  private final OperatorAdmin admin;

  private PenstockOperator(
      KubernetesClient client, OperatorOptions options, ProxyLink.Opener links, Clock clock)
      throws IOException {
    caches = new Caches(new WatchFactory(client, options.namespaces()));
    leadership =
        options
            .lease()
            .map(lease -> Leadership.by(client, lease, this::lead, this::stepBack))
            .orElseGet(() -> Leadership.alone(this::lead));
    publisher = new ConfigPublisher(client, new StandingSecrets(client, caches), leadership);
    link = links.open(this::told);
    metrics.observe(link.pushes());
    credentials = new ControlCredentials(client, leadership, clock);
    statuses = new Statuses(client, caches, leadership, link::states, leadership.identity(), clock);
    var writer = new Writer(client, caches, leadership);
    var own = new OwnCertificate(new TlsSecrets(client, caches, leadership), clock);
    reconciliation =
        new Reconciliation(
            caches,
            lookups,
            options.installation(),
            new Surroundings(caches, options.ownAddresses()),
            publisher,
            new GatewayCertificates(own, clock),
            credentials,
            new OwnedObjects(caches, writer, new IssuedCertificates(client, writer)),
            link,
            statuses);
    var holdOff = new HoldOff();
    reconciler = new GatewayReconciler(caches, reconciliation, metrics, holdOff, leadership, clock);
    operator = Loops.of(client, options.namespaces(), reconciler, holdOff);
    metrics.gauge(
        "penstock.operator.leading",
        "1 while this operator leads",
        () -> leadership.isOpen() ? 1 : 0);
    metrics.count(
        "penstock.operator.translations",
        "AIServices that were translated, because they or what they refer to changed",
        reconciliation::translated);
    metrics.gauge(
        "penstock.operator.statuses.waiting",
        "Statuses that are to be looked at",
        statuses::waiting);
    metrics.gauge(
        "penstock.operator.watches.broken",
        "Kinds whose changes the API server does not tell at the moment",
        () -> caches.unhealthy().size());
    admin = OperatorAdmin.start(options.admin(), caches::synced, metrics);
  }

  /**
   * Starts it; it leads as soon as no other one does.
   *
   * @throws UncheckedIOException when the admin address cannot be bound
   * @throws IllegalStateException when the API server cannot be read
   */
  public static PenstockOperator start(
      KubernetesClient client, OperatorOptions options, ProxyLink.Opener links, Clock clock) {
    try {
      var operator = new PenstockOperator(client, options, links, clock);
      try {
        operator.begin();
      } catch (RuntimeException e) {
        operator.close();
        throw e;
      }
      return operator;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin() {
    caches.listen(new Triggers(caches, lookups, publisher::expects, this));
    caches.start(LONGEST_START);
    LOG.info("Everything is read");
    operator.start();
    leadership.start();
  }

  /** Where health and metrics are served. */
  public InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** Whether it may write. */
  public boolean leads() {
    return leadership.isOpen();
  }

  private void lead() {
    caches.of(AIGateway.class).all().map(PenstockOperator::name).forEach(this::gateway);
    caches.of(AIService.class).all().map(PenstockOperator::name).forEach(this::service);
  }

  private void told(ResourceName gateway) {
    statuses.changed(gateway);
  }

  @Override
  public void credentials(ResourceName gateway) {
    credentials.forget(gateway);
    reconciler.wake(gateway);
  }

  /** Another one may push by now: nothing of what was known is to be relied on. */
  private void stepBack() {
    caches.of(AIGateway.class).all().map(PenstockOperator::name).forEach(reconciliation::forget);
  }

  @Override
  public void gateway(ResourceName name) {
    reconciler.wake(name);
  }

  @Override
  public void gatewayGone(ResourceName name) {
    reconciliation.forget(name);
  }

  @Override
  public void proxies(ResourceName gateway) {
    reconciliation.proxiesChanged(gateway);
  }

  @Override
  public void service(ResourceName name) {
    statuses.serviceChanged(name);
  }

  private static ResourceName name(HasMetadata object) {
    return new ResourceName(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** Hands the lease over and ends; the client is left open. */
  @Override
  public void close() {
    leadership.close();
    operator.stop();
    statuses.close();
    link.close();
    caches.close();
    admin.close();
  }
}
