package dev.penstock.translate;

import dev.penstock.model.ResourceName;

/** Names of objects that are made for a resource. */
public final class OwnedNames {

  /** DNS labels end here, RFC 1035. */
  private static final int LONGEST = 63;

  private static final String GATEWAY_PREFIX = "penstock-";

  private OwnedNames() {}

  /** The Service that is made for the {@code selector} backend of an AIService. */
  public static String backendService(ResourceName service) {
    return of(service.name(), "-backend");
  }

  /**
   * What the objects of an AIGateway are called, or begin with: a DNS label, {@code penstock-NAME}.
   */
  public static String gateway(ResourceName gateway) {
    String label = GATEWAY_PREFIX + gateway.name().replace('.', '-');
    if (label.length() <= LONGEST && label.endsWith(gateway.name())) {
      return label;
    }
    String hash = Hashes.sha256(gateway.name()).substring(0, 10);
    String cut = label.substring(0, Math.min(label.length(), LONGEST - hash.length() - 1));
    return cut.replaceAll("-+$", "") + "-" + hash;
  }

  private static String of(String name, String suffix) {
    String label = name.replace('.', '-') + suffix;
    boolean startsWithLetter = !Character.isDigit(label.charAt(0));
    if (label.length() <= LONGEST && label.startsWith(name) && startsWithLetter) {
      return label;
    }
    // Two names that are cut or changed to the same must stay apart.
    String hash = Hashes.sha256(name).substring(0, 10);
    String cut = label.substring(0, Math.min(label.length(), LONGEST - hash.length() - 2));
    return "s" + cut.replaceAll("-+$", "") + "-" + hash;
  }
}
