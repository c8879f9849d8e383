package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/** The account of the proxies, which may do nothing: they do not know that there is a cluster. */
final class ProxyServiceAccount {

  private ProxyServiceAccount() {}

  static ServiceAccount of(GatewayShape shape) {
    return new ServiceAccountBuilder()
        .withMetadata(shape.metadata())
        .withAutomountServiceAccountToken(false)
        .build();
  }
}
