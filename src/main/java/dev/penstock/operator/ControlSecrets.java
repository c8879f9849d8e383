package dev.penstock.operator;

import dev.penstock.operator.resources.GatewayShape;

/** The Secrets by which operator and proxies know each other. */
@FunctionalInterface
public interface ControlSecrets {

  /** Makes those of the gateway where they are missing or about to end. */
  void bring(GatewayShape shape);
}
