package dev.penstock.operator.resources;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an operator is set up with, the same for every gateway.
 *
 * @param image that proxies run, such as {@code registry.example.com/penstock:1.0}
 * @param imagePullPolicy {@code Always}, {@code IfNotPresent} or {@code Never}; absent: as the
 *     cluster thinks best for the image's tag
 * @param imagePullSecrets names of Secrets in the gateway's namespace
 * @param operator the pods that may reach the proxies' control port; absent when the operator does
 *     not run in the cluster, so that nobody knows where its connections come from
 */
public record Installation(
    String image,
    Optional<String> imagePullPolicy,
    List<String> imagePullSecrets,
    Optional<OperatorPods> operator) {

  /** The operator's own pods: each of the labels must match; none stands for all pods. */
  public record OperatorPods(String namespace, Map<String, String> labels) {

    /** Those that the Helm chart makes, whatever the release is called. */
    public static OperatorPods of(String namespace) {
      return new OperatorPods(
          namespace, Map.of(Labels.PART_OF, "penstock", Labels.COMPONENT, "operator"));
    }

    public OperatorPods {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }
  }

  public Installation {
    imagePullSecrets = List.copyOf(imagePullSecrets);
  }

  /** An operator outside of the cluster, with an image that needs no credentials. */
  public static Installation of(String image) {
    return new Installation(image, Optional.empty(), List.of(), Optional.empty());
  }
}
