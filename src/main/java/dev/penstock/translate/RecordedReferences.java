package dev.penstock.translate;

import dev.penstock.model.ResourceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down what is looked up, with the answers. */
final class RecordedReferences implements References {

  private final Map<Lookup, Object> answers = new HashMap<>();
  private final References references;

  RecordedReferences(References references) {
    this.references = references;
  }

  /** All so far; not a copy. */
  Map<Lookup, Object> answers() {
    return answers;
  }

  @Override
  public Optional<Secret> secret(ResourceName name) {
    return noted(new Lookup.OfSecret(name), references.secret(name));
  }

  @Override
  public List<Secret> secrets(String namespace) {
    return noted(new Lookup.OfSecrets(namespace), references.secrets(namespace));
  }

  @Override
  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    return noted(new Lookup.OfLabels(namespace), references.namespaceLabels(namespace));
  }

  @Override
  public Optional<Service> service(ResourceName name) {
    return noted(new Lookup.OfService(name), references.service(name));
  }

  private <T> T noted(Lookup lookup, T answer) {
    answers.put(lookup, answer);
    return answer;
  }
}
