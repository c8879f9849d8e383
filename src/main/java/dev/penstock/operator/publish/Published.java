package dev.penstock.operator.publish;

import dev.penstock.config.Envelope;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;

/**
 * A configuration that stands in the cluster.
 *
 * @param secrets as the API server returned them, with their versions
 */
record Published(Envelope envelope, List<Secret> secrets) {

  Published {
    secrets = List.copyOf(secrets);
  }
}
