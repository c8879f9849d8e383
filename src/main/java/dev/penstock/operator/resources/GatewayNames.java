package dev.penstock.operator.resources;

import dev.penstock.model.ResourceName;
import dev.penstock.translate.OwnedNames;

/**
 * Names of the objects of one gateway. None of them is the name of an object of the same kind of
 * another gateway: no suffix ends another one.
 *
 * @param namespace that of the gateway
 * @param base a DNS label, by which most of them are called
 */
public record GatewayNames(String namespace, String base) {

  public static GatewayNames of(ResourceName gateway) {
    return new GatewayNames(gateway.namespace(), OwnedNames.gateway(gateway));
  }

  /** The Secret with part {@code n} of the configuration, from 0. */
  public String config(int n) {
    return base + "-config-" + n;
  }

  /** The Secret with the certificate that is made for the gateway, by us or by cert-manager. */
  public String tls() {
    return base + "-tls";
  }

  /** The Secret that lets proxies know the operator, and the operator them. */
  public String control() {
    return base + "-control";
  }

  /** The Secret with the authority that signs for {@link #control()}; no pod mounts it. */
  public String controlAuthority() {
    return base + "-control-ca";
  }
}
