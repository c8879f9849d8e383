package dev.penstock.operator.publish;

import dev.penstock.config.Envelope;
import dev.penstock.operator.delivery.Parcel;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;

/**
 * A configuration that stands in the cluster.
 *
 * @param parcel the envelope as it is sent
 * @param secrets as the API server returned them, with their versions
 */
public record Published(Envelope envelope, Parcel parcel, List<Secret> secrets) {

  public Published {
    secrets = List.copyOf(secrets);
  }
}
