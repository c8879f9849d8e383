package dev.penstock.operator.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cli.ProxyPod;
import dev.penstock.cli.ServedConfigs;
import dev.penstock.config.ConfigTooLargeException;
import dev.penstock.config.Envelope;
import dev.penstock.control.ControlPort;
import dev.penstock.control.ProxyReport;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries to real proxies over real connections. */
class DeliveryTest {

  private static final ResourceName GATEWAY = new ResourceName("ai", "default");

  private static final Delivery.Pace QUICK =
      new Delivery.Pace(
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          8);

  @TempDir Path home;

  private final Issued authority = TestCertificates.newAuthority();
  private final ControlAccess access = access(authority, ProxyPod.TOKEN);
  private final ConcurrentLinkedQueue<ResourceName> changes = new ConcurrentLinkedQueue<>();
  private final Delivery delivery = new Delivery(QUICK, this::changed);
  private final Set<Long> acknowledged = new ConcurrentSkipListSet<>();
  private final List<ProxyPod> proxies = new ArrayList<>();

  @AfterEach
  void stop() {
    delivery.close();
    proxies.forEach(ProxyPod::close);
  }

  @Test
  void allProxiesAcknowledgeAndTheOperatorIsTold() throws Exception {
    List<Pod> pods = List.of(pod("a", proxy()), pod("b", proxy()));
    delivery.deliver(GATEWAY, parcel(3, ServedConfigs.plain(2)), access, pods);
    await("a", new Push.Acknowledged(3));
    await("b", new Push.Acknowledged(3));
    Await.until("both report ready", () -> ready("a") && ready("b"));
    assertTrue(changes.contains(GATEWAY));
    assertEquals(3, report("a").sequence());

    delivery.deliver(GATEWAY, parcel(4, ServedConfigs.plain(3)), access, pods);
    await("a", new Push.Acknowledged(4));
    await("b", new Push.Acknowledged(4));
  }

  @Test
  void ofTwoProxiesTheOneThatRefusesIsNamedWithItsReason() throws Exception {
    ProxyPod other = proxy();
    delivery.deliver(GATEWAY, parcel(1, ServedConfigs.plain(1)), access, List.of(pod("b", other)));
    await("b", new Push.Acknowledged(1));

    Issued certificate = TestCertificates.named("ai.example.com").issue();
    GatewayConfig secure = ServedConfigs.secure(certificate.as("ai/tls"), 1);
    List<Pod> both = List.of(pod("a", proxy()), pod("b", other));
    delivery.deliver(GATEWAY, parcel(2, secure), access, both);
    await("a", new Push.Acknowledged(2));
    await(
        "b",
        new Push.Refused(
            2, 1, List.of("tls.mode cannot be changed while the proxy runs; restart it")));
    Await.until("it reports that as well", () -> report("b").refused().isPresent());
    assertEquals(1, report("b").sequence());

    delivery.deliver(GATEWAY, parcel(3, ServedConfigs.plain(2)), access, both);
    await("b", new Push.Acknowledged(3));
  }

  @Test
  void aProxyThatRunsANewerOneSaysWhichAndIsLeftAlone() throws Exception {
    ProxyPod proxy = proxy();
    proxy.mount(new Envelope(57, ServedConfigs.plain(1)));
    Await.until("the mount runs", proxy::isReady);
    delivery.deliver(GATEWAY, parcel(3, ServedConfigs.plain(2)), access, List.of(pod("a", proxy)));
    await("a", new Push.Outdated(3, 57, "sequence 3 is older than 57, which runs"));
    delivery.deliver(GATEWAY, parcel(58, ServedConfigs.plain(2)), access, List.of(pod("a", proxy)));
    await("a", new Push.Acknowledged(58));
  }

  @Test
  void aWrongTokenIsTold() throws Exception {
    deliverTo(proxy(), access(authority, "no-token-of-theirs"));
    await("a", new Push.Unreachable(1, "it does not accept the token (401)"));
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws Exception {
    deliverTo(proxy(), access(TestCertificates.newAuthority(), ProxyPod.TOKEN));
    await(
        "a",
        new Push.Unreachable(
            1, "the certificate of its control port is not of the gateway's control authority"));
  }

  @Test
  void anExpiredCertificateIsNotTrusted() throws Exception {
    Instant past = Instant.now().minusSeconds(60);
    ProxyPod proxy = proxy();
    proxy.writeControl(
        TestCertificates.named(ControlPort.SERVER_NAME)
            .issuedBy(authority)
            .valid(past.minusSeconds(60), past)
            .issue(),
        ProxyPod.TOKEN);
    Await.until(
        "the proxy took it",
        () -> {
          delivery.forget(GATEWAY);
          deliverTo(proxy, access);
          Await.until("it was tried", () -> !(push("a") instanceof Push.Waiting));
          return push("a") instanceof Push.Unreachable;
        });
    await("a", new Push.Unreachable(1, "the certificate of its control port has expired"));
  }

  @Test
  void aCertificateForAnotherNameIsNotTrusted() throws Exception {
    ProxyPod proxy = proxy();
    proxy.writeControl(
        TestCertificates.named("other.example.com").issuedBy(authority).issue(), ProxyPod.TOKEN);
    Await.until(
        "the proxy took it",
        () -> {
          delivery.forget(GATEWAY);
          deliverTo(proxy, access);
          Await.until("it was tried", () -> !(push("a") instanceof Push.Waiting));
          return push("a") instanceof Push.Unreachable;
        });
    await(
        "a",
        new Push.Unreachable(
            1, "the certificate of its control port is not for " + ControlPort.SERVER_NAME));
  }

  @Test
  void certificateAuthorityAndTokenMayBeReplacedWhileAllRuns() throws Exception {
    ProxyPod proxy = proxy();
    deliverTo(proxy, access);
    await("a", new Push.Acknowledged(1));

    // The operator knows the new ones before the proxy's mount has them, and trusts both.
    Issued next = TestCertificates.newAuthority();
    var both =
        new ControlAccess(
            TestCertificates.pem(next.certificate(), authority.certificate()),
            List.of("next-token", ProxyPod.TOKEN));
    delivery.deliver(GATEWAY, parcel(2, ServedConfigs.plain(2)), both, List.of(pod("a", proxy)));
    await("a", new Push.Acknowledged(2));

    proxy.writeControl(
        TestCertificates.named(ControlPort.SERVER_NAME).issuedBy(next).issue(), "next-token");
    delivery.deliver(
        GATEWAY,
        parcel(3, ServedConfigs.plain(3)),
        access(next, "next-token"),
        List.of(pod("a", proxy)));
    await("a", new Push.Acknowledged(3));
  }

  @Test
  void aProxyThatComesLaterIsFoundAndOneThatGoesIsForgotten() throws Exception {
    int port;
    try (var reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = reserved.getLocalPort();
    }
    var absent = new Pod("a", "1", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    delivery.deliver(GATEWAY, parcel(1, ServedConfigs.plain(1)), access, List.of(absent));
    await("a", new Push.Unreachable(1, "it refuses the connection"));

    Pod present = pod("a", proxy());
    delivery.deliver(GATEWAY, parcel(1, ServedConfigs.plain(1)), access, List.of(present));
    await("a", new Push.Acknowledged(1));

    delivery.deliver(GATEWAY, parcel(1, ServedConfigs.plain(1)), access, List.of());
    assertEquals(Map.of(), delivery.states(GATEWAY));
  }

  @Test
  void aProxyThatStartedAnewFromAnOlderMountIsBroughtUpToDate() throws Exception {
    ProxyPod proxy = proxy();
    proxy.mount(new Envelope(1, ServedConfigs.plain(1)));
    deliverTo(proxy, access);
    await("a", new Push.Acknowledged(1));
    delivery.deliver(GATEWAY, parcel(2, ServedConfigs.plain(2)), access, List.of(pod("a", proxy)));
    await("a", new Push.Acknowledged(2));
    Await.until("it reports that", () -> report("a").sequence() == 2);

    proxy.restart();
    Await.until("it runs the newest again", () -> sequenceIs("a", 2) && proxy.isReady());
  }

  @Test
  void withoutAnOperatorTheProxiesGoOnAndFollowTheirMount() throws Exception {
    ProxyPod proxy = proxy();
    deliverTo(proxy, access);
    await("a", new Push.Acknowledged(1));
    delivery.close();

    proxy.mount(new Envelope(2, ServedConfigs.plain(2)));
    Await.until("the mount runs", () -> proxy.serves("/s1"));
    try (var successor = new Delivery(QUICK, changes::add)) {
      successor.deliver(
          GATEWAY, parcel(2, ServedConfigs.plain(2)), access, List.of(pod("a", proxy)));
      Await.until(
          "the next operator is told that it runs",
          () ->
              successor.states(GATEWAY).values().stream()
                  .allMatch(state -> state.push().equals(new Push.Acknowledged(2))));
    }
  }

  @Test
  void ofAHundredFastChangesOnlyAFewAreSentAndTheLastRuns() throws Exception {
    ProxyPod proxy = proxy();
    List<Pod> pods = List.of(pod("a", proxy));
    deliverTo(proxy, access);
    await("a", new Push.Acknowledged(1));
    GatewayConfig large = ServedConfigs.plain(5_000);
    var parcels = new ArrayList<Parcel>();
    for (int sequence = 2; sequence <= 11; sequence++) {
      parcels.add(parcel(sequence, large));
    }
    acknowledged.clear();
    for (int i = 0; i < 100; i++) {
      delivery.deliver(GATEWAY, parcels.get(i / 10), access, pods);
    }
    Await.within(
        Duration.ofSeconds(60), "the last runs", () -> push("a").equals(new Push.Acknowledged(11)));
    assertTrue(acknowledged.size() <= 4, "of ten there were sent " + acknowledged);
  }

  @Test
  void anAuthorityThatCannotBeReadChangesNothing() throws Exception {
    ProxyPod proxy = proxy();
    deliverTo(proxy, access);
    await("a", new Push.Acknowledged(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> deliverTo(proxy, new ControlAccess("no PEM", List.of("x"))));
    delivery.deliver(GATEWAY, parcel(2, ServedConfigs.plain(1)), access, List.of(pod("a", proxy)));
    await("a", new Push.Acknowledged(2));
  }

  private void changed(ResourceName gateway) {
    changes.add(gateway);
    if (push("a") instanceof Push.Acknowledged(long sequence)) {
      acknowledged.add(sequence);
    }
  }

  private void deliverTo(ProxyPod proxy, ControlAccess with) {
    delivery.deliver(GATEWAY, parcel(1, ServedConfigs.plain(1)), with, List.of(pod("a", proxy)));
  }

  private ProxyPod proxy() throws IOException {
    ProxyPod started = ProxyPod.start(home.resolve("pod-" + proxies.size()), authority);
    proxies.add(started);
    return started;
  }

  private static Pod pod(String name, ProxyPod proxy) {
    return new Pod(name, "1", proxy.controlAddress());
  }

  private static ControlAccess access(Issued authority, String token) {
    return new ControlAccess(TestCertificates.pem(authority.certificate()), List.of(token));
  }

  private static Parcel parcel(long sequence, GatewayConfig config) {
    try {
      return Parcel.of(new Envelope(sequence, config));
    } catch (ConfigTooLargeException e) {
      throw new AssertionError(e);
    }
  }

  private Push push(String pod) {
    return state(pod).push();
  }

  private PodState state(String pod) {
    return delivery.states(GATEWAY).getOrDefault(pod, PodState.unknown());
  }

  private ProxyReport report(String pod) {
    return state(pod).report().orElseThrow(() -> new AssertionError("no report of " + pod));
  }

  private boolean ready(String pod) {
    return state(pod).report().filter(ProxyReport::ready).isPresent();
  }

  private boolean sequenceIs(String pod, long sequence) {
    return state(pod).report().filter(report -> report.sequence() == sequence).isPresent();
  }

  private void await(String pod, Push expected) {
    try {
      Await.within(Duration.ofSeconds(30), "", () -> push(pod).equals(expected));
    } catch (AssertionError e) {
      assertEquals(expected, push(pod), "of " + pod);
    }
  }
}
