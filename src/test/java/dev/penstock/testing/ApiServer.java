package dev.penstock.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * A real Kubernetes API server with our CRDs, one for all test classes of a run; each class has a
 * namespace of its own. Without the binary the tests are skipped, under CI they fail.
 *
 * <pre>{@code
 * @RegisterExtension static final ApiServer API = ApiServer.alone();
 * }</pre>
 */
public final class ApiServer implements BeforeAllCallback {

  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(ApiServer.class);

  private final boolean controlled;
  private Cluster cluster;
  private String namespace;

  private ApiServer(boolean controlled) {
    this.controlled = controlled;
  }

  /**
   * Nothing but the API server, as far as this class is concerned: what no controller does must be
   * done by the test, such as collecting garbage.
   */
  public static ApiServer alone() {
    return new ApiServer(false);
  }

  /** With the controller manager: garbage collection, EndpointSlices, replica sets and the rest. */
  public static ApiServer withControllers() {
    return new ApiServer(true);
  }

  /** One for a program that is no test; it ends with the process, or with {@link #end}. */
  public static ApiServer forProgram() {
    var server = new ApiServer(false);
    server.cluster = Cluster.start();
    return server;
  }

  /** Ends one {@link #forProgram}. */
  public void end() {
    cluster.close();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Started started =
        context
            .getRoot()
            .getStore(STORE)
            .computeIfAbsent(Cluster.class, _ -> Started.attempt(), Started.class);
    cluster = started.cluster();
    if (controlled) {
      cluster.control();
    }
    namespace = newNamespace(context.getRequiredTestClass().getSimpleName());
  }

  /** The administrator's, shared; its namespace is {@code default}. */
  public KubernetesClient client() {
    return cluster.client();
  }

  /** One more of the administrator's, to be closed by who asks. */
  public KubernetesClient newClient() {
    return cluster.newClient();
  }

  /** Says how to reach the server as its administrator. */
  public Path kubeconfig() {
    return cluster.kubeconfig();
  }

  /** A line of JSON for each request of the accounts in the namespace {@code audited}. */
  public Path auditLog() {
    return kubeconfig().resolveSibling("log").resolve("audit.log");
  }

  /** The one of the running test class. */
  public String namespace() {
    return namespace;
  }

  /** One more, with these labels. */
  public String newNamespace(String prefix, Map<String, String> labels) {
    String name =
        prefix.toLowerCase(Locale.ROOT)
            + "-"
            + Integer.toString(ThreadLocalRandom.current().nextInt(46_656, 1_679_616), 36);
    cluster
        .client()
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
    return name;
  }

  /** One more. */
  public String newNamespace(String prefix) {
    return newNamespace(prefix, Map.of());
  }

  /** What kubectl prints, errors included, in the namespace of the running test class. */
  public String kubectl(String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.addFirst("--namespace=" + namespace);
    return cluster.kubectl(words.toArray(String[]::new));
  }

  /** Kept for the whole run: what hinders one class hinders them all, and is tried once. */
  private record Started(Object result) implements AutoCloseable {

    static Started attempt() {
      try {
        return new Started(Cluster.start());
      } catch (RuntimeException | AssertionError e) {
        return new Started(e);
      }
    }

    Cluster cluster() {
      return switch (result) {
        case Cluster started -> started;
        case AssertionError error -> throw error;
        case TestAbortedException aborted -> Assumptions.abort(aborted.getMessage());
        default -> throw new AssertionError((Throwable) result);
      };
    }

    @Override
    public void close() {
      if (result instanceof Cluster started) {
        started.close();
      }
    }
  }
}
