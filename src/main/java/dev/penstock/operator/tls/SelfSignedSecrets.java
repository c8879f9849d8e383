package dev.penstock.operator.tls;

import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.resources.GatewayShape;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;

/** Where self-signed certificates are kept. */
public interface SelfSignedSecrets {

  /** What stands in the cluster under the name. */
  Optional<Secret> get(ResourceName name);

  /** Writes a new one, for the gateway. */
  void put(GatewayShape shape, Certificate certificate);
}
