package dev.penstock.operator.cluster;

import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.translate.References;
import io.fabric8.kubernetes.api.model.Namespace;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What resources refer to, looked up in the caches: each once, for one look at a gateway. */
public final class ClusterReferences implements References {

  private final Map<ResourceName, Optional<Service>> services = new HashMap<>();
  private final Map<String, List<Secret>> secrets = new HashMap<>();
  private final Caches caches;
  private final Lookups.Recording lookups;

  public ClusterReferences(Caches caches, Lookups.Recording lookups) {
    this.caches = caches;
    this.lookups = lookups;
  }

  @Override
  public Optional<Secret> secret(ResourceName name) {
    lookups.ask(new Lookups.Key.OfSecret(name));
    return caches
        .of(io.fabric8.kubernetes.api.model.Secret.class)
        .get(name)
        .map(ClusterReferences::secret);
  }

  /** All but those that were made here, which nobody may use as keys. */
  @Override
  public List<Secret> secrets(String namespace) {
    return secrets.computeIfAbsent(
        namespace,
        _ -> {
          lookups.ask(new Lookups.Key.OfSecretsIn(namespace));
          return caches
              .secretsIn(namespace)
              .filter(secret -> !Owned.madeHere(secret))
              .map(ClusterReferences::secret)
              .toList();
        });
  }

  @Override
  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    lookups.ask(new Lookups.Key.OfNamespace(namespace));
    return caches
        .namespace(namespace)
        .map(Namespace::getMetadata)
        .map(metadata -> labels(metadata.getLabels()));
  }

  @Override
  public Optional<Service> service(ResourceName name) {
    return services.computeIfAbsent(
        name,
        _ -> {
          lookups.ask(new Lookups.Key.OfService(name));
          return caches
              .of(io.fabric8.kubernetes.api.model.Service.class)
              .get(name)
              .map(service -> ReadyEndpoints.service(name, service, caches.slices(name)));
        });
  }

  private static Secret secret(io.fabric8.kubernetes.api.model.Secret secret) {
    var metadata = secret.getMetadata();
    var data = new HashMap<String, Sensitive>();
    Objects.requireNonNullElse(secret.getData(), Map.<String, String>of())
        .forEach((entry, text) -> data.put(entry, new Sensitive(decoded(text))));
    return new Secret(
        new ResourceName(metadata.getNamespace(), metadata.getName()),
        Objects.requireNonNullElse(secret.getType(), "Opaque"),
        labels(metadata.getLabels()),
        data);
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static Map<String, String> labels(Map<String, String> labels) {
    return Objects.requireNonNullElse(labels, Map.of());
  }
}
