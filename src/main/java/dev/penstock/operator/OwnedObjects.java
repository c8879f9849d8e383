package dev.penstock.operator;

import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.cluster.IssuedCertificates;
import dev.penstock.operator.cluster.Writer;
import dev.penstock.operator.resources.BackendObjects;
import dev.penstock.operator.resources.GatewayObjects;
import dev.penstock.operator.resources.GatewayShape;
import dev.penstock.operator.resources.OwnedObject;
import dev.penstock.operator.resources.Ownership;
import dev.penstock.operator.resources.ReplicasHandover;
import dev.penstock.operator.status.ObjectProblem;
import dev.penstock.operator.status.ObjectProblem.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what gateways and services own in line with what they declare. */
final class OwnedObjects {

  private static final Logger LOG = LoggerFactory.getLogger(OwnedObjects.class);

  private static final String MEND =
      "; it stays as it was until the value that it names is mended in spec";

  private final Caches caches;
  private final Writer writer;
  private final IssuedCertificates issued;

  OwnedObjects(Caches caches, Writer writer, IssuedCertificates issued) {
    this.caches = caches;
    this.writer = writer;
    this.issued = issued;
  }

  /**
   * What could not be done.
   *
   * @param problems for people
   * @param mayPass whether another try may help without a change in the cluster
   */
  record Result(List<ObjectProblem> problems, boolean mayPass) {

    Result {
      problems = List.copyOf(problems);
    }
  }

  /** Those of a gateway; one that fails does not stop the others. */
  Result bring(GatewayShape shape) {
    var attempt = new Attempt();
    GatewayObjects objects = GatewayObjects.of(shape);
    for (HasMetadata wanted : objects.wanted()) {
      attempt.run(
          wanted,
          () ->
              wanted instanceof GenericKubernetesResource certificate
                  ? issued.apply(certificate)
                  : writer.apply(
                      wanted,
                      shape.gateway(),
                      standing -> ReplicasHandover.of(shape, standing, Writer.FIELD_MANAGER)));
    }
    for (OwnedObject unwanted : objects.unwanted()) {
      attempt.run(shape.gateway(), () -> remove(unwanted, shape.gateway()));
    }
    return attempt.result();
  }

  /** Those of a service's backend. */
  Result bring(AIService service) {
    var attempt = new Attempt();
    BackendObjects objects = BackendObjects.of(service);
    for (HasMetadata wanted : objects.wanted()) {
      attempt.run(wanted, () -> writer.apply(wanted, service, _ -> Optional.empty()));
    }
    for (OwnedObject unwanted : objects.unwanted()) {
      attempt.run(service, () -> remove(unwanted, service));
    }
    return attempt.result();
  }

  private Optional<String> remove(OwnedObject unwanted, HasMetadata owner) {
    if (issued.isFor(unwanted)) {
      issued.remove(unwanted, owner);
      return Optional.empty();
    }
    caches
        .standing(unwanted.kind(), owner.getMetadata().getNamespace(), unwanted.name())
        .filter(standing -> Ownership.permits(standing, owner))
        .ifPresent(writer::delete);
    return Optional.empty();
  }

  /** Collects what goes wrong. */
  private static final class Attempt {

    private final List<ObjectProblem> problems = new ArrayList<>();
    private boolean mayPass;

    void run(HasMetadata about, Supplier<Optional<String>> step) {
      try {
        step.get().map(text -> new ObjectProblem(Kind.IN_THE_WAY, text)).ifPresent(problems::add);
      } catch (KubernetesClientException e) {
        if (EndingNamespace.refuses(e)) {
          throw e; // nor will it take any of the others
        }
        String name = about.getKind() + " " + about.getMetadata().getName();
        LOG.warn("{} in {}: {}", name, about.getMetadata().getNamespace(), reason(e));
        String text = name + " was refused by the API server: " + reason(e);
        boolean invalid = e.getCode() == Writer.UNPROCESSABLE;
        problems.add(
            invalid
                ? new ObjectProblem(Kind.INVALID, text + MEND)
                : new ObjectProblem(Kind.IN_THE_WAY, text));
        mayPass |= !invalid;
      }
    }

    private static String reason(KubernetesClientException e) {
      return e.getStatus() == null ? String.valueOf(e.getMessage()) : e.getStatus().getMessage();
    }

    Result result() {
      return new Result(problems, mayPass);
    }
  }
}
