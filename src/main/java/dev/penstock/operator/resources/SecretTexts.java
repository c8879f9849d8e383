package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Secrets whose entries are texts. */
final class SecretTexts {

  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String AUTHORITY = "ca.crt";

  /** What the API server checks for the two entries above. */
  static final String TLS_TYPE = "kubernetes.io/tls";

  private SecretTexts() {}

  static Secret secret(ObjectMeta metadata, String type, Map<String, String> texts) {
    var data = new TreeMap<String, String>();
    texts.forEach(
        (entry, text) ->
            data.put(
                entry, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder().withMetadata(metadata).withType(type).withData(data).build();
  }

  /** Absent also when it is damaged. */
  static Optional<String> text(Secret secret, String entry) {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(entry);
    if (encoded == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
