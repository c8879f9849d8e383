package dev.penstock.operator.publish;

import dev.penstock.config.ConfigFormatException;
import dev.penstock.config.ConfigTooLargeException;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.ResourceName;
import dev.penstock.operator.cluster.Digest;
import dev.penstock.operator.delivery.Parcel;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.resources.ConfigSecrets;
import dev.penstock.operator.resources.GatewayShape;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes configurations into Secrets. Each write names the version of the Secret that it replaces:
 * an operator that no longer leads, and does not know it yet, is refused by the API server. The
 * sequence goes on from the one in the Secrets, whoever wrote it.
 */
public final class ConfigPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigPublisher.class);

  private final EnvelopeCodec codec = new EnvelopeCodec();
  private final Map<ResourceName, Published> known = new ConcurrentHashMap<>();

  /** By name of the Secret: the digest of its data. */
  private final Map<String, String> expected = new ConcurrentHashMap<>();

  private final KubernetesClient client;
  private final StandingSecrets standing;
  private final Gate gate;

  public ConfigPublisher(KubernetesClient client, StandingSecrets standing, Gate gate) {
    this.client = client;
    this.standing = standing;
    this.gate = gate;
  }

  /** What the Secrets of the gateway hold now; absent when that is nothing that can be read. */
  public Optional<Published> current(GatewayShape shape) {
    return last(shape.gatewayName()).or(() -> read(shape));
  }

  /**
   * Writes the configuration unless it stands there already.
   *
   * @param before what {@link #current} told
   * @param floor the highest sequence that any proxy runs: what is to run needs no lower one
   * @return it with its sequence
   * @throws ConfigTooLargeException when no proxy would read it
   * @throws KubernetesClientException also when another operator wrote meanwhile (409): the next
   *     attempt reads anew
   */
  public Published publish(
      GatewayShape shape, GatewayConfig config, Optional<Published> before, long floor)
      throws ConfigTooLargeException {
    if (before.isPresent() && stands(before.get(), config, floor)) {
      known.put(config.name(), before.get());
      return before.get();
    }
    gate.check();
    // Forgotten until it is written: what fails half way is read anew.
    known.remove(config.name());
    Published published = write(shape, config, before, floor);
    known.put(config.name(), published);
    LOG.info(
        "Configuration {} of {}: {} routes",
        published.envelope().sequence(),
        config.name(),
        config.routes().size());
    return published;
  }

  private boolean stands(Published before, GatewayConfig config, long floor) {
    return before.envelope().sequence() >= floor
        && before.envelope().config().equals(config)
        && before.secrets().stream().allMatch(standing::untouched);
  }

  /** Whether the Secret, as the caches have it, is what was written last or is being written. */
  public boolean expects(Secret cached) {
    String name = cached.getMetadata().getNamespace() + "/" + cached.getMetadata().getName();
    var data = Objects.requireNonNullElse(cached.getData(), Map.<String, String>of());
    String digest = expected.get(name);
    return digest != null && digest.equals(data.get(ConfigSecrets.ENTRY));
  }

  /** What was published last; absent before anything was. */
  public Optional<Published> last(ResourceName gateway) {
    return Optional.ofNullable(known.get(gateway));
  }

  /** The gateway is gone. */
  public void forget(ResourceName gateway) {
    known.remove(gateway);
  }

  private Published write(
      GatewayShape shape, GatewayConfig config, Optional<Published> before, long floor)
      throws ConfigTooLargeException {
    if (before.isPresent()) {
      try {
        return write(shape, config, before.get().secrets(), floor);
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
        LOG.info("A part of the configuration of {} is gone", shape.gatewayName());
      }
    }
    return write(shape, config, fetch(shape), floor);
  }

  /** Replaces the Secrets as they are known: others than those are not overwritten. */
  private Published write(GatewayShape shape, GatewayConfig config, List<Secret> old, long floor)
      throws ConfigTooLargeException {
    var envelope = new Envelope(Math.max(newest(old), floor) + 1, config);
    Parcel parcel = Parcel.of(envelope);
    List<Secret> written = new ArrayList<>();
    for (Secret wanted : ConfigSecrets.of(shape, parcel.shards())) {
      gate.check();
      written.add(put(wanted, find(old, wanted)));
    }
    for (Secret left : old) {
      if (find(written, left).isEmpty()) {
        gate.check();
        client.resource(left).delete();
      }
    }
    return new Published(envelope, parcel, written);
  }

  private Secret put(Secret wanted, Optional<Secret> old) {
    expected.put(
        wanted.getMetadata().getNamespace() + "/" + wanted.getMetadata().getName(),
        Digest.of(wanted.getData().getOrDefault(ConfigSecrets.ENTRY, "")));
    if (old.isEmpty()) {
      return client.resource(wanted).create();
    }
    wanted.getMetadata().setResourceVersion(old.get().getMetadata().getResourceVersion());
    return client.resource(wanted).update();
  }

  private static Optional<Secret> find(List<Secret> secrets, Secret wanted) {
    String name = wanted.getMetadata().getName();
    return secrets.stream().filter(each -> each.getMetadata().getName().equals(name)).findFirst();
  }

  private Optional<Published> read(GatewayShape shape) {
    List<Secret> secrets = fetch(shape);
    if (secrets.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] whole = Shards.join(secrets.stream().map(ConfigPublisher::part).toList());
      Envelope envelope = codec.decode(whole);
      return Optional.of(new Published(envelope, Parcel.of(envelope), secrets));
    } catch (ConfigFormatException | ConfigTooLargeException e) {
      LOG.warn("The configuration of {} is written anew: {}", shape.gatewayName(), e.getMessage());
      return Optional.empty();
    }
  }

  /** From the API server itself: what follows depends on their versions. */
  private List<Secret> fetch(GatewayShape shape) {
    var secrets = new ArrayList<Secret>();
    for (int n = 0; n < ConfigSecrets.MOST; n++) {
      Secret secret =
          client
              .secrets()
              .inNamespace(shape.names().namespace())
              .withName(shape.names().config(n))
              .get();
      if (secret == null) {
        break;
      }
      secrets.add(secret);
    }
    return secrets;
  }

  private static long newest(List<Secret> secrets) {
    long newest = 0;
    for (Secret secret : secrets) {
      try {
        newest = Math.max(newest, Shards.sequence(part(secret)));
      } catch (ConfigFormatException e) {
        LOG.warn("Secret {} is no configuration", secret.getMetadata().getName());
      }
    }
    return newest;
  }

  private static byte[] part(Secret secret) {
    String data = secret.getData() == null ? null : secret.getData().get(ConfigSecrets.ENTRY);
    return data == null ? new byte[0] : Base64.getDecoder().decode(data);
  }
}
