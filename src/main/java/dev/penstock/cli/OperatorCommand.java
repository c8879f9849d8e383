package dev.penstock.cli;

import dev.penstock.model.ResourceName;
import dev.penstock.operator.DeliveryLink;
import dev.penstock.operator.OperatorOptions;
import dev.penstock.operator.PenstockOperator;
import dev.penstock.operator.leader.LeaseOptions;
import dev.penstock.operator.resources.Installation;
import dev.penstock.operator.resources.Installation.OperatorPods;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock operator}: makes a cluster serve what its AIGateways and AIServices declare. */
@Command(
    name = "operator",
    description = {
      "Make a cluster serve what its AIGateways and AIServices declare.",
      "",
      "It uses the KUBECONFIG, or the account of its pod. Of several operators one leads and the"
          + " others stand by. SIGTERM and SIGINT hand over and end.",
      ""
    })
public final class OperatorCommand implements Callable<Integer> {

  /** What the chart gives the operator's pods. */
  private static final Map<String, String> POD_LABELS =
      Map.of("app.kubernetes.io/name", "penstock", "app.kubernetes.io/component", "operator");

  private static final String POD_NAMESPACE = "POD_NAMESPACE";
  private static final String POD_NAME = "POD_NAME";

  private final Stop stop;
  private final Clock clock;
  private final Map<String, String> environment;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "NAMESPACE",
      description = "The namespaces to look after, with commas. Default: all")
  private List<String> namespaces = List.of();

  @Option(
      names = "--image",
      required = true,
      paramLabel = "IMAGE",
      description = "The image that proxies run, the operator's own.")
  private String image = "";

  @Option(
      names = "--image-pull-policy",
      paramLabel = "POLICY",
      description = "Always, IfNotPresent or Never. Default: as the cluster has it")
  private @Nullable String imagePullPolicy;

  @Option(
      names = "--image-pull-secrets",
      split = ",",
      paramLabel = "NAME",
      description = "Secrets in the gateways' namespaces that open the registry.")
  private List<String> imagePullSecrets = List.of();

  @Option(
      names = "--lease-name",
      defaultValue = "penstock-operator",
      paramLabel = "NAME",
      description = "By which operators agree who leads. Default: ${DEFAULT-VALUE}")
  private String leaseName = "";

  @Option(
      names = "--lease-namespace",
      paramLabel = "NAMESPACE",
      description = "Where the lease is. Default: the pod's, or that of the KUBECONFIG")
  private @Nullable String leaseNamespace;

  @Option(
      names = "--no-leader-election",
      description = "Lead at once: there must be no other operator.")
  private boolean alone;

  @Option(
      names = "--admin-bind",
      paramLabel = "ADDRESS",
      converter = AddressConverter.class,
      description = "The address of the admin port. Default: all of this machine")
  private @Nullable InetAddress adminBind;

  @Option(
      names = "--admin-port",
      defaultValue = "9901",
      paramLabel = "PORT",
      description =
          "/healthz, /readyz and /metrics in plain text. 0: a free one. Default: ${DEFAULT-VALUE}")
  private int adminPort;

  public OperatorCommand(Stop stop, Clock clock, Map<String, String> environment) {
    this.stop = stop;
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (adminPort < 0 || adminPort > 65_535) {
      throw new ParameterException(
          spec.commandLine(), "'" + adminPort + "' is not a port: 0 to 65535");
    }
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      return run(client);
    } catch (UncheckedIOException e) {
      return failed("cannot listen on the admin port: " + e.getMessage());
    } catch (IllegalStateException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private int run(KubernetesClient client) throws InterruptedException {
    var asked = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (var _ = stop.register(asked::countDown, stopped)) {
      try (var _ = PenstockOperator.start(client, options(client), DeliveryLink::open, clock)) {
        asked.await();
      }
      return ExitCode.OK;
    } finally {
      stopped.countDown();
    }
  }

  private int failed(String reason) {
    spec.commandLine().getErr().println(reason);
    spec.commandLine().getErr().flush();
    return ExitCode.INTERNAL;
  }

  private OperatorOptions options(KubernetesClient client) {
    Optional<String> pod = Optional.ofNullable(environment.get(POD_NAMESPACE));
    return new OperatorOptions(
        Set.copyOf(namespaces),
        alone ? Optional.empty() : Optional.of(lease(client.getConfiguration(), pod)),
        new Installation(
            image,
            Optional.ofNullable(imagePullPolicy),
            imagePullSecrets,
            pod.map(namespace -> new OperatorPods(namespace, POD_LABELS))),
        new InetSocketAddress(anyIfNull(adminBind), adminPort),
        ownAddresses(client));
  }

  private LeaseOptions lease(Config config, Optional<String> pod) {
    String namespace =
        Objects.requireNonNullElseGet(
            leaseNamespace,
            () ->
                pod.orElseGet(() -> Objects.requireNonNullElse(config.getNamespace(), "default")));
    // Also two that run in one pod's place must not be taken for one.
    String identity =
        environment.getOrDefault(POD_NAME, "penstock")
            + "_"
            + UUID.randomUUID().toString().substring(0, 8);
    return LeaseOptions.of(new ResourceName(namespace, leaseName), identity);
  }

  /** The API server's, as far as they are no names, and the pod's. */
  private List<String> ownAddresses(KubernetesClient client) {
    return Stream.of(
            Optional.ofNullable(URI.create(client.getMasterUrl().toString()).getHost()),
            Optional.ofNullable(environment.get("KUBERNETES_SERVICE_HOST")),
            Optional.ofNullable(environment.get("POD_IP")))
        .flatMap(Optional::stream)
        .map(host -> host.replaceAll("[\\[\\]]", ""))
        .distinct()
        .toList();
  }

  private static InetAddress anyIfNull(@Nullable InetAddress address) {
    return address != null ? address : new InetSocketAddress(0).getAddress();
  }
}
