package dev.penstock.testing;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The API server that all test classes of a run share, with our CRDs. It ends with this process,
 * whichever way that ends: the script that holds it reads from it.
 */
final class Cluster implements AutoCloseable {

  private static final Path SCRIPTS = Path.of("src/test/cluster").toAbsolutePath();
  private static final int ATTEMPTS = 3;

  private final Path state;
  private final Process process;
  private final BufferedReader output;
  private final KubernetesClient client;
  private boolean controlled;

  private Cluster(Path state, Process process, BufferedReader output) {
    this.state = state;
    this.process = process;
    this.output = output;
    this.client = newClient();
  }

  static Cluster start() {
    Path built = Path.of(run("build.sh", "--where").strip(), "hyperkube");
    String missing = "the Kubernetes API server is not built: src/test/cluster/build.sh";
    if (System.getenv("CI") != null) {
      Assertions.assertTrue(Files.isExecutable(built), missing);
    }
    Assumptions.assumeTrue(Files.isExecutable(built), missing);
    var cluster = attempt(ATTEMPTS);
    try {
      cluster.beReal();
      cluster.installCrds();
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Another process may take a port between our look and the start. */
  private static Cluster attempt(int left) {
    Path state = Path.of("target", "api-server-" + ProcessHandle.current().pid()).toAbsolutePath();
    try {
      Files.createDirectories(state.getParent());
      var builder = new ProcessBuilder(SCRIPTS.resolve("up.sh").toString(), "api", "--hold");
      builder.environment().put("K8S_STATE", state.toString());
      var ports = freePorts();
      List.of("API_PORT", "ETCD_PORT", "ETCD_PEER_PORT", "KCM_PORT")
          .forEach(name -> builder.environment().put(name, ports.removeLast().toString()));
      Path log = state.resolveSibling(state.getFileName() + ".log");
      Process process = builder.redirectError(log.toFile()).start();
      var output = process.inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      if (line != null && line.startsWith("KUBECONFIG=")) {
        return new Cluster(state, process, output);
      }
      process.destroy();
      Assertions.assertTrue(left > 1, () -> "the API server does not start: " + text(log));
      return attempt(left - 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Integer> freePorts() throws IOException {
    var ports = new ArrayList<Integer>();
    var sockets = new ArrayList<ServerSocket>();
    while (ports.size() < 4) {
      var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (var socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /** The administrator's. */
  KubernetesClient client() {
    return client;
  }

  Path kubeconfig() {
    return state.resolve("admin.kubeconfig");
  }

  KubernetesClient newClient() {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
        .build();
  }

  /** Starts the controller manager when it does not run yet. */
  void control() {
    if (controlled) {
      return;
    }
    try {
      process.outputWriter(StandardCharsets.UTF_8).append("control\n").flush();
      Assertions.assertEquals("control is ready", output.readLine());
      controlled = true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What kubectl prints, errors included. */
  String kubectl(String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.addFirst(run("build.sh", "--where").strip() + "/kubectl");
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig().toString());
    return outputOf(builder);
  }

  /** What a mock would not do. */
  private void beReal() {
    String wanted =
        text(SCRIPTS.resolve("go/go.mod"))
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("k8s.io/kubernetes "))
            .findFirst()
            .orElseThrow()
            .substring("k8s.io/kubernetes ".length());
    Assertions.assertEquals(wanted, client.getKubernetesVersion().getGitVersion(), "/version");
    ConfigMap applied =
        client
            .configMaps()
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("is-this-real")
                    .withNamespace("default")
                    .endMetadata()
                    .addToData("a", "b")
                    .build())
            .patch(
                new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager("tests")
                    .build());
    Assertions.assertTrue(
        applied.getMetadata().getManagedFields().stream()
            .anyMatch(
                fields ->
                    fields.getManager().equals("tests") && fields.getOperation().equals("Apply")),
        "server-side apply leaves no managedFields: this is no real API server");
  }

  private void installCrds() {
    try (Stream<Path> files = Files.list(Path.of("deploy/crds"))) {
      for (Path file : files.toList()) {
        CustomResourceDefinition crd =
            client
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .load(file.toFile())
                .forceConflicts()
                .serverSideApply();
        String name = crd.getMetadata().getName();
        Await.until(name + " is established", () -> established(name));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean established(String name) {
    var crd = client.apiextensions().v1().customResourceDefinitions().withName(name).get();
    return Stream.ofNullable(crd.getStatus())
        .map(CustomResourceDefinitionStatus::getConditions)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .anyMatch(
            condition ->
                condition.getType().equals("Established") && condition.getStatus().equals("True"));
  }

  private static String run(String script, String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.addFirst(SCRIPTS.resolve(script).toString());
    return outputOf(new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD));
  }

  private static String outputOf(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    client.close();
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException | InterruptedException e) {
      process.destroy();
    }
  }
}
