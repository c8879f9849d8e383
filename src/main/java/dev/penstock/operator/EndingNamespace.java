package dev.penstock.operator;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.stream.Stream;

/** A namespace that is being deleted takes nothing new, and what is in it goes with it. */
final class EndingNamespace {

  private EndingNamespace() {}

  /** Whether that is why the API server refused. */
  static boolean refuses(KubernetesClientException e) {
    Optional<Status> status = Optional.ofNullable(e.getStatus());
    boolean ends =
        status.flatMap(each -> Optional.ofNullable(each.getDetails())).stream()
            .flatMap(details -> Stream.ofNullable(details.getCauses()))
            .flatMap(causes -> causes.stream())
            .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    boolean gone =
        e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
            && status
                .flatMap(each -> Optional.ofNullable(each.getDetails()))
                .filter(details -> "namespaces".equals(details.getKind()))
                .isPresent();
    return ends || gone;
  }
}
