package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.GatewayConfig;
import dev.penstock.testing.Await;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

  @TempDir Path folder;
  @TempDir Path state;

  private final FakeProxy proxy = new FakeProxy();
  private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private CompletableFuture<Integer> exit = CompletableFuture.completedFuture(0);

  @BeforeEach
  void manifests() throws IOException {
    write("gateway.yaml", Manifests.GATEWAY);
    write("stt.yaml", Manifests.STT);
    write("vectors.yaml", Manifests.OPEN);
  }

  @AfterEach
  void stopped() throws Exception {
    if (!exit.isDone()) {
      stop();
    }
  }

  @Test
  void itPrintsWhatItServesAndHowToReachIt() throws Exception {
    start();
    assertEquals(ExitCode.OK, stop());
    String trust = state + "/penstock/ai/default/ca.crt";
    String printed = err.toString().replaceAll("until [0-9-]+", "until DATE");
    assertTrue(
        printed.startsWith(
            """
            Gateway ai/default serves 2 services.

              SERVICE         URL                              BACKEND                    RATE       BURST  BODY       AUTH
              ai/chromadb     https://localhost:40443/vectors  http://127.0.0.1:8000/api  unlimited  -      unlimited  none
              ai/whisper-stt  https://localhost:40443/stt      http://127.0.0.1:9011/     6r/m       3      10Mi       external

              https  https://localhost:40443
              http   http://localhost:40081 (redirects to https)
              admin  http://localhost:49901 /healthz /readyz /metrics /config
              auth   http://127.0.0.1:8080/internal/auth
              trust  %s (self-signed, until DATE)

              curl --cacert %s https://localhost:40443/vectors

            """
                .formatted(trust, trust)),
        printed);
    assertEquals("", out.toString());
    assertTrue(Files.exists(Path.of(trust)));
  }

  @Test
  void aHostNameIsResolvedInTheExample() throws Exception {
    write(
        "gateway.yaml",
        Manifests.GATEWAY.replace("spec:\n", "spec:\n  hostnames: [ai.example.com]\n"));
    start();
    stop();
    assertTrue(err.toString().contains("https://ai.example.com:40443/stt"), err.toString());
    assertTrue(
        err.toString()
            .contains(" --resolve ai.example.com:40443:127.0.0.1 https://ai.example.com:40443/"),
        err.toString());
  }

  @Test
  void withoutTlsHttpServes() throws Exception {
    write("gateway.yaml", Manifests.GATEWAY.replace("spec:\n", "spec:\n  tls: {mode: Disabled}\n"));
    start();
    stop();
    assertTrue(err.toString().contains("http://localhost:40081/stt"), err.toString());
    assertTrue(err.toString().contains("  curl http://localhost:40081/vectors\n"), err.toString());
    assertFalse(err.toString().contains("https"), err.toString());
  }

  @Test
  void aSelfSignedCertificateIsKeptForTheNextRun() throws Exception {
    GatewayConfig first = start();
    stop();
    var again = new RunCommandTest();
    again.folder = folder;
    again.state = state;
    GatewayConfig second = again.start();
    again.stop();
    assertEquals(first.tls(), second.tls());
  }

  @Test
  void aChangeIsServedAndTold() throws Exception {
    start();
    write("stt.yaml", Manifests.STT.replace("6r/m", "12r/m"));
    GatewayConfig changed = next();
    assertEquals("12r/m", changed.routes().getLast().rateLimit().orElseThrow().rate().toString());
    stop();
    assertTrue(
        err.toString()
            .contains(
                "  ~ ai/whisper-stt: limit 6r/m, burst 3, then 429 -> 12r/m, burst 3, then 429\n"),
        err.toString());
  }

  @Test
  void servicesThatComeAndGoAreTold() throws Exception {
    start();
    Files.delete(folder.resolve("vectors.yaml"));
    write("two.yaml", Manifests.STT.replace("whisper-stt", "two").replace("/stt", "/two"));
    while (next().routes().stream().noneMatch(route -> route.path().equals("/two"))) {}
    stop();
    assertTrue(err.toString().contains("  - ai/chromadb\n"), err.toString());
    assertTrue(err.toString().contains("  + ai/two /two\n"), err.toString());
  }

  @Test
  void aMistakeIsToldAndTheLastGoodStateGoesOn() throws Exception {
    start();
    write("stt.yaml", Manifests.STT.replace("6r/m", "6"));
    printed("spec.rateLimit.rate");
    assertTrue(proxy.applied.isEmpty());
    assertEquals(1, proxy.refusals.get());
    write("stt.yaml", Manifests.STT.replace("6r/m", "7r/m"));
    assertEquals("7r/m", next().routes().getLast().rateLimit().orElseThrow().rate().toString());
    stop();
    assertTrue(err.toString().contains("1 problem in 1 file; what was loaded before goes on:"));
  }

  @Test
  void aFolderThatIsGoneChangesNothing() throws Exception {
    start();
    for (String name : List.of("gateway.yaml", "stt.yaml", "vectors.yaml")) {
      Files.delete(folder.resolve(name));
    }
    printed("holds no file named");
    assertTrue(proxy.applied.isEmpty());
    assertEquals(ExitCode.OK, stop());
  }

  @Test
  void whatTheProxyRefusesIsToldAndTheLastGoodStateGoesOn() throws Exception {
    start();
    proxy.refuses = _ -> true;
    write("stt.yaml", Manifests.STT.replace("6r/m", "12r/m"));
    printed("certificate ai/tls: the key does not fit");
    assertEquals(ExitCode.OK, stop());
  }

  @Test
  void aStopDrainsBeforeItCloses() throws Exception {
    start();
    assertEquals(ExitCode.OK, stop());
    assertEquals("settled", proxy.life.poll());
    assertEquals("drained", proxy.life.poll());
    assertEquals("closed", proxy.life.poll());
  }

  @Test
  void problemsAreAllToldAndNothingIsServed() throws Exception {
    write("stt.yaml", Manifests.STT.replace("6r/m", "6"));
    write("vectors.yaml", Manifests.OPEN.replace("\"0\"", "10M"));
    var run = run();
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    assertTrue(run.err().contains("/stt.yaml:7: AIService ai/whisper-stt: spec.rateLimit.rate: "));
    assertTrue(run.err().contains("/vectors.yaml:8: AIService ai/chromadb: spec.maxBodySize: "));
    assertTrue(run.err().endsWith("2 problems in 2 files; nothing is served.\n"), run.err());
    assertTrue(proxy.applied.isEmpty());
  }

  @Test
  void severalGatewaysNeedAChoice() throws Exception {
    write("more.yaml", Manifests.GATEWAY.replace("name: default", "name: other"));
    var run = run();
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals(
        "The files hold several AIGateways: ai/default, ai/other. Choose one with --gateway"
            + " NAMESPACE/NAME.\n",
        run.err());
    var unknown = run("--gateway", "ai/third");
    assertEquals(ExitCode.USAGE, unknown.exitCode());
    assertTrue(unknown.err().contains("They hold: ai/default, ai/other"), unknown.err());
    assertEquals("other", start("--gateway", "ai/other").name().name());
  }

  @Test
  void filesWithoutAGatewayShowTheSmallestOne() throws Exception {
    Files.delete(folder.resolve("stt.yaml"));
    Files.delete(folder.resolve("vectors.yaml"));
    write("gateway.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n");
    var run = run();
    assertEquals(ExitCode.PROBLEMS, run.exitCode());
    assertTrue(run.err().contains("kind: AIGateway"), run.err());
  }

  @Test
  void aPortThatIsInUseIsThree() {
    proxy.portInUse = true;
    var run = run();
    assertEquals(ExitCode.CANNOT_LISTEN, run.exitCode());
    assertEquals("Port 8443 is in use; choose another with --https-port.\n", run.err());
  }

  @Test
  void flagsReachTheProxy() throws Exception {
    start(
        "--http-port",
        "-1",
        "--admin-port",
        "-1",
        "--bind",
        "0.0.0.0",
        "--no-access-log",
        "--no-warm-up");
    assertEquals(-1, proxy.options().httpPort());
    assertEquals(-1, proxy.options().adminPort());
    assertTrue(proxy.options().bind().isAnyLocalAddress());
    assertTrue(proxy.options().adminBind().isLoopbackAddress());
    assertFalse(proxy.options().accessLog());
    assertEquals(ListenOptions.WarmUpMode.NONE, proxy.options().warmUp());
  }

  @Test
  void itWarmsUpOnce() throws Exception {
    start();
    assertEquals(ListenOptions.WarmUpMode.ONCE, proxy.options().warmUp());
  }

  @Test
  void aTrainingGoesOn() throws Exception {
    start("--train");
    assertEquals(ListenOptions.WarmUpMode.TRAINING, proxy.options().warmUp());
  }

  @Test
  void wrongFlagsAreTwoWithTheReason() {
    assertUsage("leaves nothing that serves", "--https-port", "-1");
    assertUsage("is not a port", "--http-port", "70000");
    assertUsage("is not NAMESPACE/NAME", "--gateway", "default");
    assertUsage("--tls-key=FILE", "--tls-cert", "x.pem");
    assertUsage("--tls-cert gone.pem does not exist", "--tls-cert", "gone.pem", "--tls-key", "k");
    assertUsage("; did you mean --https-port?", "--https-prt", "1");
  }

  @Test
  void aCertificateOfTheFlagsIsServedAndReloaded() throws Exception {
    write("cert.pem", "-----BEGIN CERTIFICATE-----\none\n");
    write("key.pem", "-----BEGIN PRIVATE KEY-----\none\n");
    GatewayConfig config =
        start("--tls-cert", folder + "/cert.pem", "--tls-key", folder + "/key.pem");
    assertTrue(config.tls().certificates().getFirst().chainPem().contains("one"));
    assertFalse(Files.exists(state.resolve("penstock")), "no certificate is made");
    write("cert.pem", "-----BEGIN CERTIFICATE-----\ntwo\n");
    assertTrue(next().tls().certificates().getFirst().chainPem().contains("two"));
    stop();
    assertTrue(err.toString().contains("~ gateway ai/default: tls or certificates"));
  }

  @Test
  void aChangeMadeWhileTheCertificateIsBadIsServedOnceItIsMended() throws Exception {
    startWithFlags();
    write("cert.pem", "no certificate");
    printed("holds no certificate in PEM");
    assertTrue(proxy.refusals.get() > 0);
    int before = told("not applied");
    write("stt.yaml", Manifests.STT.replace("6r/m", "12r/m"));
    Await.until("the change is refused", () -> told("not applied") > before);
    write("cert.pem", "-----BEGIN CERTIFICATE-----\ntwo\n");
    GatewayConfig mended = next();
    while (!rate(mended).equals("12r/m")) {
      mended = next();
    }
    assertTrue(mended.tls().certificates().getFirst().chainPem().contains("two"));
    assertEquals(ExitCode.OK, stop());
  }

  @Test
  void manifestsThatTheProxyRefusesHoldUpNoCertificate() throws Exception {
    startWithFlags();
    proxy.refuses = config -> rate(config).equals("12r/m");
    write("stt.yaml", Manifests.STT.replace("6r/m", "12r/m"));
    printed("certificate ai/tls: the key does not fit");
    write("cert.pem", "-----BEGIN CERTIFICATE-----\ntwo\n");
    GatewayConfig renewed = next();
    assertTrue(renewed.tls().certificates().getFirst().chainPem().contains("two"));
    assertEquals("6r/m", rate(renewed));
    assertEquals(ExitCode.OK, stop());
  }

  @Test
  void aChangeThatWasRefusedIsNotServedOnceTheFilesSayOtherwise() throws Exception {
    startWithFlags();
    write("cert.pem", "no certificate");
    printed("holds no certificate in PEM");
    int before = told("not applied");
    write("stt.yaml", Manifests.STT.replace("6r/m", "12r/m"));
    Await.until("the change is refused", () -> told("not applied") > before);
    write("stt.yaml", Manifests.STT.replace("6r/m", "6"));
    printed("spec.rateLimit.rate");
    write("cert.pem", "-----BEGIN CERTIFICATE-----\ntwo\n");
    assertEquals("6r/m", rate(next()));
    assertEquals(ExitCode.OK, stop());
  }

  private void startWithFlags() throws Exception {
    write("cert.pem", "-----BEGIN CERTIFICATE-----\none\n");
    write("key.pem", "-----BEGIN PRIVATE KEY-----\none\n");
    start("--tls-cert", folder + "/cert.pem", "--tls-key", folder + "/key.pem");
  }

  private static String rate(GatewayConfig config) {
    return config.routes().getLast().rateLimit().orElseThrow().rate().toString();
  }

  private int told(String text) {
    return err.toString().split(text, -1).length - 1;
  }

  private void assertUsage(String message, String... flags) {
    var run = run(flags);
    assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }

  private CommandRun run(String... flags) {
    return CommandRun.of(proxy, (stop, stopped) -> () -> {}, state, arguments(flags));
  }

  private GatewayConfig start(String... flags) throws Exception {
    Stop signal =
        (asked, stopped) -> {
          stop.complete(asked);
          return () -> {};
        };
    var line = CommandRun.line(proxy, signal, state, out, err);
    var arguments = new ArrayList<String>(List.of("--https-port=0", "--http-port=0"));
    arguments.add("--admin-port=0");
    arguments.addAll(List.of(flags));
    exit =
        CompletableFuture.supplyAsync(
            () -> line.execute(arguments(arguments.toArray(String[]::new))));
    return next();
  }

  private String[] arguments(String... flags) {
    var arguments = new ArrayList<String>(List.of("run", "-f", folder.toString()));
    arguments.addAll(onlyLast(flags));
    return arguments.toArray(String[]::new);
  }

  /** A flag that is given replaces the one that tests start with. */
  private static List<String> onlyLast(String... flags) {
    var list = new ArrayList<String>(List.of(flags));
    list.removeIf(
        flag -> flag.contains("=0") && list.contains(flag.substring(0, flag.indexOf('='))));
    return list;
  }

  private int stop() throws Exception {
    stop.get(20, TimeUnit.SECONDS).run();
    return exit.get(20, TimeUnit.SECONDS);
  }

  private GatewayConfig next() throws InterruptedException {
    GatewayConfig config = proxy.applied.poll(20, TimeUnit.SECONDS);
    assertNotNull(config, () -> "nothing was served: " + err);
    return config;
  }

  private void printed(String text) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!err.toString().contains(text)) {
      assertTrue(System.nanoTime() < end, () -> "not printed: " + text + "\n" + err);
      Thread.onSpinWait();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
