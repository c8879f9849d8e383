package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The Secrets with the configuration: each holds one part of it, since a Secret has 1 MiB. */
public final class ConfigSecrets {

  /** So many parts are mounted. */
  public static final int MOST = 16;

  /** What the one entry of each Secret is called. */
  public static final String ENTRY = "config";

  private ConfigSecrets() {}

  /**
   * One Secret for each part, in their order. Names from {@code names().config(parts.size())} on
   * are of no more use.
   *
   * @param parts 1 to {@value #MOST}
   */
  public static List<Secret> of(GatewayShape shape, List<byte[]> parts) {
    if (parts.isEmpty() || parts.size() > MOST) {
      throw new IllegalArgumentException(parts.size() + " parts, must be 1 to " + MOST);
    }
    return IntStream.range(0, parts.size()).mapToObj(n -> of(shape, n, parts.get(n))).toList();
  }

  private static Secret of(GatewayShape shape, int n, byte[] part) {
    return new SecretBuilder()
        .withMetadata(shape.metadata(shape.names().config(n)))
        .withType("Opaque")
        .withData(Map.of(ENTRY, Base64.getEncoder().encodeToString(part)))
        .build();
  }
}
