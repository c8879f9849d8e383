package dev.penstock.operator.resources;

import dev.penstock.model.Certificate;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** The Secret with the self-signed certificate of a gateway; clients may trust its ca.crt. */
public final class SelfSignedSecret {

  /** Kubernetes' own. */
  public static final String TYPE = "kubernetes.io/tls";

  /** Tells it from one that cert-manager made under the same name. */
  private static final String MARK = "penstock.dev/self-signed";

  /** What cert-manager sets on the Secrets that it makes. */
  private static final String ISSUED = "cert-manager.io/certificate-name";

  private SelfSignedSecret() {}

  /** Of which the name is {@link GatewayNames#tls()}. */
  public static Secret of(GatewayShape shape, Certificate certificate) {
    ObjectMeta metadata = shape.metadata(shape.names().tls());
    metadata.setAnnotations(Map.of(MARK, "true"));
    return new SecretBuilder()
        .withMetadata(metadata)
        .withType(TYPE)
        .addToData("tls.crt", encoded(certificate.chainPem()))
        .addToData("tls.key", encoded(certificate.keyPem().value()))
        .addToData("ca.crt", encoded(certificate.chainPem()))
        .build();
  }

  /**
   * Whether what is in the Secret was made here. Of one that was, and that it then wrote its own
   * certificate into, cert-manager leaves our annotation in place.
   */
  public static boolean is(Secret secret) {
    return has(secret, MARK) && !has(secret, ISSUED);
  }

  /** Whether the Secret is neither ours nor cert-manager's: a person's, and left alone. */
  public static boolean isForeign(Secret secret) {
    return !is(secret) && !has(secret, ISSUED) && !Ownership.madeHere(secret);
  }

  private static boolean has(Secret secret, String annotation) {
    var annotations = secret.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(annotation);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
