package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The two Secrets of the control port, which hold texts. */
public final class ControlSecret {

  private ControlSecret() {}

  /** What the proxies mount. */
  public static Secret control(GatewayShape shape, Map<String, String> entries) {
    return of(shape, shape.names().control(), entries);
  }

  /** What the operator alone reads. */
  public static Secret authority(GatewayShape shape, Map<String, String> entries) {
    return of(shape, shape.names().controlAuthority(), entries);
  }

  private static Secret of(GatewayShape shape, String name, Map<String, String> entries) {
    var data = new TreeMap<String, String>();
    entries.forEach(
        (entry, text) ->
            data.put(
                entry, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder()
        .withMetadata(shape.metadata(name))
        .withType("Opaque")
        .withData(data)
        .build();
  }

  /** The text of an entry; empty where there is none. */
  public static String entry(Secret secret, String entry) {
    String data =
        Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
            .getOrDefault(entry, "");
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }
}
