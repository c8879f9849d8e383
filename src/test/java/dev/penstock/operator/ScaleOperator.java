package dev.penstock.operator;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.penstock.operator.delivery.Delivery;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * An operator in a process of its own, with the JVM options of launcher and chart and the real link
 * to proxies of this machine, so that what it takes can be measured.
 */
final class ScaleOperator implements AutoCloseable {

  private final Process process;
  private final URI metrics;

  private ScaleOperator(Process process, int adminPort) {
    this.process = process;
    this.metrics = URI.create("http://127.0.0.1:" + adminPort + "/metrics");
  }

  /** The kubeconfig, the namespace, and the control port of each pod as {@code name=port}. */
  static void main(String[] arguments) throws Exception {
    var client =
        new KubernetesClientBuilder()
            .withConfig(withoutFile(Config.fromKubeconfig(Path.of(arguments[0]).toFile())))
            .build();
    Map<String, InetSocketAddress> ports = new TreeMap<>();
    for (int i = 2; i < arguments.length; i++) {
      String[] pod = arguments[i].split("=", -1);
      ports.put(
          pod[0],
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(pod[1])));
    }
    ProxyLink.Opener links =
        told ->
            new RedirectedLink(
                new DeliveryLink(new Delivery(Delivery.Pace.usual(), told::accept)), ports::get);
    var operator = Operators.start(client, arguments[1], "scale", links, Clock.systemUTC());
    System.out.println("admin " + operator.adminAddress().getPort());
    var ended = new CountDownLatch(1);
    Thread.ofVirtual().start(() -> endWithInput(ended));
    ended.await();
    System.exit(0);
  }

  /** The client reads a kubeconfig without a token anew for each request, which no pod does. */
  private static Config withoutFile(Config config) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(config.getMasterUrl())
        .withCaCertData(config.getCaCertData())
        .withCaCertFile(config.getCaCertFile())
        .withClientCertData(config.getClientCertData())
        .withClientCertFile(config.getClientCertFile())
        .withClientKeyData(config.getClientKeyData())
        .withClientKeyFile(config.getClientKeyFile())
        .build();
  }

  private static void endWithInput(CountDownLatch ended) {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // The same as its end.
    }
    ended.countDown();
  }

  static ScaleOperator start(Path kubeconfig, String namespace, Path log, String... pods)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:MaxDirectMemorySize=256m"));
    command.addAll(chartOptions());
    // Such as -XX:StartFlightRecording=filename=operator.jfr,dumponexit=true
    command.addAll(List.of(System.getProperty("scale.java", "").split(" ")));
    command.removeIf(String::isEmpty);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ScaleOperator.class.getName(),
            kubeconfig.toString(),
            namespace));
    command.addAll(List.of(pods));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    var output = process.inputReader(StandardCharsets.UTF_8);
    String line = output.readLine();
    while (line != null && !line.startsWith("admin ")) {
      line = output.readLine(); // the JVM may tell of a recording
    }
    if (line == null) {
      throw new AssertionError("the operator does not start: " + Files.readString(log));
    }
    return new ScaleOperator(process, Integer.parseInt(line.substring("admin ".length())));
  }

  /** With its -Xmx the launcher leaves the heap to it. */
  private static List<String> chartOptions() throws IOException {
    var values = new YAMLMapper().readTree(Path.of("deploy/helm/penstock/values.yaml").toFile());
    return List.of(values.path("operator").path("javaOptions").asText().split(" "));
  }

  /**
   * A line of {@code /proc/self/status}, such as {@code VmHWM}; what this machine does not tell is
   * empty.
   */
  String memory(String field) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(field + ":"))
          .map(line -> line.substring(field.length() + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** Of the processors, in milliseconds. */
  long cpuMillis() {
    return process.info().totalCpuDuration().orElseThrow().toMillis();
  }

  /** The value of a metric; 0 while there is none. */
  double metric(String series) {
    try (var text = metrics.toURL().openStream()) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(series + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
    }
  }
}
