package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.control.ControlPort;
import dev.penstock.control.ProxyReport;
import dev.penstock.testing.Await;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proxy of a cluster as an operator and the kubelet meet it. */
class ClusterProxyTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path home;

  private final Issued authority = TestCertificates.newAuthority();
  private Optional<ProxyPod> pod = Optional.empty();

  @AfterEach
  void stop() {
    pod.ifPresent(ProxyPod::close);
  }

  @Test
  void withoutAConfigurationItIsNotReadyAndSaysWhy() throws Exception {
    ProxyPod proxy = start();
    Await.until("the mount is looked at", () -> proxy.ready().contains("no configuration was"));
    String ready = proxy.ready();
    assertTrue(ready.startsWith("HTTP/1.1 503"), ready);
    assertTrue(ready.contains(home + "/config holds no configuration"), ready);
    ProxyReport report = proxy.report();
    assertEquals(0, report.sequence());
    assertFalse(report.ready());
    assertEquals(Optional.empty(), report.limiter());
  }

  @Test
  void whatIsPushedRunsWhenTheAnswerComes() throws Exception {
    ProxyPod proxy = start();
    var answer = proxy.push(new Envelope(7, ServedConfigs.plain(2)));
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals("{\"sequence\":7,\"problems\":[]}", answer.body());
    assertTrue(proxy.asked("/s1").startsWith("HTTP/1.1 502"), proxy.asked("/s1"));
    assertTrue(proxy.asked("/s2").startsWith("HTTP/1.1 404"), proxy.asked("/s2"));
    Await.until("it is ready", proxy::isReady);
    assertTrue(proxy.ready().contains("serving ai/default, configuration 7"), proxy.ready());
  }

  @Test
  void aNewerOneReplacesItAndAnOlderOneIsIgnored() throws Exception {
    ProxyPod proxy = start();
    assertEquals(200, proxy.push(new Envelope(7, ServedConfigs.plain(1))).statusCode());
    assertEquals(200, proxy.push(new Envelope(9, ServedConfigs.plain(2))).statusCode());
    var older = proxy.push(new Envelope(8, ServedConfigs.plain(3)));
    assertEquals(409, older.statusCode());
    assertEquals(
        "{\"sequence\":9,\"problems\":[\"sequence 8 is older than 9, which runs\"]}", older.body());
    assertTrue(proxy.asked("/s1").startsWith("HTTP/1.1 502"));
    assertTrue(proxy.asked("/s2").startsWith("HTTP/1.1 404"));
  }

  @Test
  void theSameOneIsAcknowledgedAgainButNotAnotherUnderItsSequence() throws Exception {
    ProxyPod proxy = start();
    assertEquals(200, proxy.push(new Envelope(7, ServedConfigs.plain(1))).statusCode());
    assertEquals(200, proxy.push(new Envelope(7, ServedConfigs.plain(1))).statusCode());
    var other = proxy.push(new Envelope(7, ServedConfigs.plain(2)));
    assertEquals(409, other.statusCode());
    assertTrue(other.body().contains("another configuration with sequence 7 runs"), other.body());
  }

  @Test
  void oneThatCannotRunIsRefusedAndTheLastGoodOneGoesOn() throws Exception {
    ProxyPod proxy = start();
    Issued good = TestCertificates.named("ai.example.com").issue();
    Instant past = Instant.now().minusSeconds(60);
    Issued expired =
        TestCertificates.named("ai.example.com").valid(past.minusSeconds(60), past).issue();
    proxy.push(new Envelope(1, ServedConfigs.secure(good.as("ai/tls"), 1)));
    var answer = proxy.push(new Envelope(2, ServedConfigs.secure(expired.as("ai/tls"), 1)));
    assertEquals(422, answer.statusCode());
    assertTrue(
        answer.body().startsWith("{\"sequence\":1,\"problems\":[\"certificate ai/tls: expired"),
        answer.body());
    ProxyReport report = proxy.report();
    assertEquals(1, report.sequence());
    assertEquals(2, report.refused().orElseThrow().sequence());
    assertEquals(
        good.certificate().getNotAfter().toInstant(), report.certificates().getFirst().notAfter());
    assertEquals(List.of("ai.example.com"), report.certificates().getFirst().hosts());

    assertEquals(
        200, proxy.push(new Envelope(3, ServedConfigs.secure(good.as("ai/tls"), 2))).statusCode());
    assertEquals(Optional.empty(), proxy.report().refused());
  }

  @Test
  void whatIsNoEnvelopeIsRefusedAndReported() throws Exception {
    ProxyPod proxy = start();
    var answer = put(proxy, new byte[] {1, 2, 3});
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("is not gzip"), answer.body());
    assertEquals(0, proxy.report().refused().orElseThrow().sequence());
    Await.until("it says so", () -> proxy.ready().contains("is not gzip"));
  }

  @Test
  void aBodyThatIsTooLargeIsNotRead() throws Exception {
    ProxyPod proxy = start();
    try {
      assertEquals(413, put(proxy, new byte[EnvelopeCodec.MAX_BYTES + 1]).statusCode());
    } catch (IOException closed) {
      // The answer may be lost, as the rest of the body meets a closed connection.
    }
    assertEquals(Optional.empty(), proxy.report().refused());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /report, '', 401",
    "GET, /report, wrong, 401",
    "GET, /report, first-toke, 401",
    "GET, /report, first-token-, 401",
    "PUT, /config, wrong, 401",
    "GET, /anything, wrong, 401",
    "GET, /anything, first-token, 404",
    "GET, /config, first-token, 405",
    "POST, /config, first-token, 405",
    "PUT, /report, first-token, 405",
    "GET, /report, first-token, 200",
  })
  void onlyWhoHasTheTokenIsAnswered(String method, String path, String token, int status)
      throws Exception {
    ProxyPod proxy = start();
    var given = Optional.of(token).filter(each -> !each.isEmpty());
    assertEquals(status, proxy.send(method, path, given, new byte[0]).statusCode());
  }

  @Test
  void withoutAPushTheMountIsServed() throws Exception {
    ProxyPod proxy = start();
    proxy.mount(new Envelope(4, ServedConfigs.plain(1)));
    Await.until("it is ready", proxy::isReady);
    assertEquals(4, proxy.report().sequence());
  }

  @Test
  void aRestartNeedsNobodyButTheMount() throws Exception {
    ProxyPod proxy = start();
    proxy.push(new Envelope(5, ServedConfigs.plain(2)));
    proxy.mount(new Envelope(5, ServedConfigs.plain(2)));
    proxy.restart();
    Await.until("it is ready", proxy::isReady);
    assertEquals(5, proxy.report().sequence());
    assertTrue(proxy.asked("/s1").startsWith("HTTP/1.1 502"));
  }

  @Test
  void aPushAtTheStartWinsOverAnOlderMount() throws Exception {
    ProxyPod proxy = start(LONG);
    proxy.mount(new Envelope(4, ServedConfigs.plain(1)));
    assertTrue(proxy.ready().contains("waiting for a configuration to be pushed"), proxy.ready());
    assertEquals(200, proxy.push(new Envelope(6, ServedConfigs.plain(2))).statusCode());
    Await.until("it is ready, without the rest of the minute", proxy::isReady);
    assertEquals(6, proxy.report().sequence());
  }

  @Test
  void aMountThatChangesIsFollowedUnlessItIsOlder() throws Exception {
    ProxyPod proxy = start();
    proxy.mount(new Envelope(4, ServedConfigs.plain(1)));
    Await.until("the mount runs", () -> proxy.asked("/s0").startsWith("HTTP/1.1 502"));
    proxy.push(new Envelope(6, ServedConfigs.plain(2)));
    proxy.mount(new Envelope(5, ServedConfigs.plain(1)));
    proxy.mount(new Envelope(7, ServedConfigs.plain(3)));
    Await.until("the newer mount runs", () -> proxy.asked("/s2").startsWith("HTTP/1.1 502"));
    assertEquals(7, proxy.report().sequence());
  }

  @Test
  void askedToStopItGoesOnForAWhileButIsNotReady() throws Exception {
    ProxyPod proxy = start();
    proxy.push(new Envelope(1, ServedConfigs.plain(1)));
    Await.until("it is ready", proxy::isReady);
    proxy.beginStop();
    assertTrue(proxy.ready().contains("draining"), proxy.ready());
    assertTrue(proxy.asked("/s0").startsWith("HTTP/1.1 502"), "it still takes requests");
    ProxyReport report = proxy.report();
    assertTrue(report.draining());
    assertFalse(report.ready());
    Await.until("it has ended", proxy::ended);
    assertEquals("", proxy.asked("/s0"));
  }

  @Test
  void certificateAndTokenOfTheControlPortAreReplacedWhileItRuns() throws Exception {
    ProxyPod proxy = start();
    proxy.writeControl(proxy.controlCertificate(), "second-token\n" + ProxyPod.TOKEN + "\n");
    Await.until("the new token works", () -> status(proxy, "second-token") == 200);
    assertEquals(200, status(proxy, ProxyPod.TOKEN), "the one before works as well");
    proxy.writeControl(proxy.controlCertificate(), "second-token");
    Await.until("the old token ends", () -> status(proxy, ProxyPod.TOKEN) == 401);
    assertEquals(200, status(proxy, "second-token"));
  }

  @Test
  void aBrokenControlKeyLeavesTheOneBeforeInUse() throws Exception {
    ProxyPod proxy = start();
    assertEquals(200, proxy.push(new Envelope(1, ServedConfigs.plain(1))).statusCode());
    proxy.breakControlKey();
    Await.until("it is told", () -> proxy.ready().contains("the control port cannot use"));
    assertEquals(200, proxy.push(new Envelope(2, ServedConfigs.plain(2))).statusCode());
  }

  @Test
  void theReportCountsClients() throws Exception {
    ProxyPod proxy = start();
    proxy.push(new Envelope(1, ServedConfigs.plain(1)));
    for (int i = 0; i < 5; i++) {
      proxy.asked("/s0");
    }
    ProxyReport.ClientsSeen clients = proxy.report().clients();
    assertEquals(5, clients.requests());
    assertEquals(1, clients.distinct());
    assertEquals(1, proxy.report().limiter().orElseThrow().replicas());
  }

  @Test
  void anAdminPortThatIsTakenIsTold() throws Exception {
    ProxyPod proxy = start();
    var listen =
        new ListenOptions(
            proxy.controlAddress().getAddress(),
            0,
            0,
            proxy.controlAddress().getAddress(),
            proxy.controlAddress().getPort(),
            false,
            ListenOptions.WarmUpMode.NONE);
    var options = new ClusterProxy.Options(listen, 0, home, home, LONG, LONG);
    String reason =
        assertThrows(CannotListenException.class, () -> ClusterProxy.start(options)).reason();
    assertTrue(reason.startsWith("Cannot listen for admin on "), reason);
  }

  private static int status(ProxyPod proxy, String token) {
    try {
      return proxy
          .send("GET", ControlPort.REPORT_PATH, Optional.of(token), new byte[0])
          .statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> put(ProxyPod proxy, byte[] body) throws Exception {
    return proxy.send("PUT", ControlPort.CONFIG_PATH, Optional.of(ProxyPod.TOKEN), body);
  }

  private ProxyPod start() throws IOException {
    return start(Duration.ofMillis(50));
  }

  private ProxyPod start(Duration pushWait) throws IOException {
    ProxyPod started = ProxyPod.start(home, authority, pushWait);
    pod = Optional.of(started);
    return started;
  }
}
