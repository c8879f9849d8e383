package dev.penstock.config.manifest;

import dev.penstock.model.ResourceName;
import dev.penstock.translate.References;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the manifests themselves say of what they refer to. */
record FileReferences(
    Map<ResourceName, Secret> byName, Map<String, Map<String, String>> namespaceLabels)
    implements References {

  FileReferences {
    byName = Map.copyOf(byName);
    namespaceLabels = Map.copyOf(namespaceLabels);
  }

  @Override
  public Optional<Secret> secret(ResourceName name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<Secret> secrets(String namespace) {
    return byName.values().stream()
        .filter(secret -> secret.name().namespace().equals(namespace))
        .toList();
  }

  @Override
  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    return Optional.ofNullable(namespaceLabels.get(namespace));
  }

  @Override
  public Optional<Service> service(ResourceName name) {
    return Optional.empty();
  }
}
