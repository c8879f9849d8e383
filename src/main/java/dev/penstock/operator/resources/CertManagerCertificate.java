package dev.penstock.operator.resources;

import dev.penstock.api.v1alpha1.IssuerKind;
import dev.penstock.api.v1alpha1.IssuerReference;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What cert-manager is asked for: a certificate of the gateway's host names in {@link
 * GatewayNames#tls()}. A self-signed one may stand there until it has come.
 */
public final class CertManagerCertificate {

  public static final String API_VERSION = "cert-manager.io/v1";
  public static final String KIND = "Certificate";

  private CertManagerCertificate() {}

  static GenericKubernetesResource of(GatewayShape shape, IssuerReference issuer) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(API_VERSION)
        .withKind(KIND)
        .withMetadata(shape.metadata())
        .addToAdditionalProperties("spec", spec(shape, issuer))
        .build();
  }

  private static Map<String, Object> spec(GatewayShape shape, IssuerReference issuer) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("secretName", shape.names().tls());
    // By these the operator's watch sees the Secret, which cert-manager makes.
    spec.put("secretTemplate", Map.of("labels", Labels.of(shape.names())));
    spec.put("dnsNames", List.copyOf(shape.hostnames()));
    spec.put("issuerRef", reference(issuer));
    var key = new LinkedHashMap<String, Object>();
    key.put("algorithm", "ECDSA");
    key.put("size", 256);
    key.put("rotationPolicy", "Always");
    spec.put("privateKey", key);
    spec.put("usages", List.of("digital signature", "server auth"));
    return spec;
  }

  private static Map<String, Object> reference(IssuerReference issuer) {
    var reference = new LinkedHashMap<String, Object>();
    reference.put("group", "cert-manager.io");
    reference.put("kind", issuer.kind() == IssuerKind.CLUSTER_ISSUER ? "ClusterIssuer" : "Issuer");
    reference.put("name", Objects.requireNonNull(issuer.name(), "issuerRef.name"));
    return reference;
  }
}
