package dev.penstock.operator.tls;

import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Caches;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.resources.GatewayShape;
import dev.penstock.operator.resources.SelfSignedSecret;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Self-signed certificates in Secrets of the cluster. */
public final class TlsSecrets implements SelfSignedSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(TlsSecrets.class);

  /** What was written and is perhaps not in the cache yet. */
  private final Map<ResourceName, Secret> written = new ConcurrentHashMap<>();

  private final KubernetesClient client;
  private final Caches caches;
  private final Gate gate;

  public TlsSecrets(KubernetesClient client, Caches caches, Gate gate) {
    this.client = client;
    this.caches = caches;
    this.gate = gate;
  }

  @Override
  public Optional<Secret> get(ResourceName name) {
    Optional<Secret> cached = caches.of(Secret.class).get(name);
    Secret last = written.get(name);
    if (last == null) {
      return cached;
    }
    if (cached.isPresent() && version(cached.get()) >= version(last)) {
      written.remove(name);
      return cached;
    }
    // The cache is behind, or it was deleted since.
    return Optional.ofNullable(
        client.secrets().inNamespace(name.namespace()).withName(name.name()).get());
  }

  @Override
  public void put(GatewayShape shape, Certificate certificate) {
    gate.check();
    Secret wanted = SelfSignedSecret.of(shape, certificate);
    LOG.info("Writing a self-signed certificate for {}", shape.gatewayName());
    var name = new ResourceName(shape.names().namespace(), shape.names().tls());
    Secret standing = client.secrets().inNamespace(name.namespace()).withName(name.name()).get();
    if (standing == null) {
      written.put(name, client.resource(wanted).create());
      return;
    }
    if (!SelfSignedSecret.TYPE.equals(standing.getType())) {
      // The type of a Secret never changes.
      client.resource(standing).delete();
      written.put(name, client.resource(wanted).create());
      return;
    }
    wanted.getMetadata().setResourceVersion(standing.getMetadata().getResourceVersion());
    written.put(name, client.resource(wanted).update());
  }

  private static long version(Secret secret) {
    return Long.parseLong(secret.getMetadata().getResourceVersion());
  }
}
