package dev.penstock.translate;

import dev.penstock.api.v1alpha1.ApiKeyAuth;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.LabelSelector;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.AuthPolicy.ApiKey;
import dev.penstock.translate.References.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code auth.apiKeys}: each entry of each selected Secret is a key, known by its hash. */
final class ApiKeyTranslator {

  private static final LabelSelector EVERY_KEY =
      new LabelSelector(Map.of(Defaults.API_KEY_LABEL, Defaults.API_KEY_LABEL_VALUE), null);

  private final References references;
  private final String namespace;

  ApiKeyTranslator(References references, String namespace) {
    this.references = references;
    this.namespace = namespace;
  }

  AuthPolicy translate(ApiKeyAuth auth, AuthPolicy.ForwardCredentials credentials, Problems at) {
    LabelSelector selector = Values.or(auth.secretSelector(), EVERY_KEY);
    Selectors.check(selector, at.at("secretSelector"));
    List<String> headers =
        HeaderRules.names(auth.headers(), Defaults.KEY_HEADERS, at.at("headers"));
    if (auth.headers() != null && auth.headers().isEmpty()) {
      at.at("headers").unsupported("is empty; name a header, or remove it for the defaults");
    }
    List<ApiKey> keys = keys(selector, at.at("secretSelector"));
    return new AuthPolicy.ApiKeys(
        keys, headers.isEmpty() ? Defaults.KEY_HEADERS : headers, credentials);
  }

  private List<ApiKey> keys(LabelSelector selector, Problems at) {
    List<Secret> secrets =
        references.secrets(namespace).stream()
            .filter(secret -> Selectors.matches(selector, secret.labels()))
            .sorted(Comparator.comparing(Secret::name))
            .toList();
    Map<String, ApiKey> byHash = new LinkedHashMap<>();
    for (Secret secret : secrets) {
      new TreeMap<>(secret.data())
          .forEach(
              (entry, key) -> add(byHash, secret.name().name() + "/" + entry, key.value(), at));
    }
    if (byHash.isEmpty()) {
      at.warn(
          Reason.PENDING,
          "no Secret in "
              + namespace
              + " that it selects has a key, so every request is answered 401; create one");
    }
    return new ArrayList<>(byHash.values());
  }

  private static void add(Map<String, ApiKey> byHash, String id, String entry, Problems at) {
    // Tools that make Secrets from files leave the line break of the file.
    String key = entry.replaceFirst("\\r?\\n$", "");
    if (!key.matches("[\\x21-\\x7e]+")) {
      at.warn(
          Reason.UNSUPPORTED_VALUE,
          "the entry "
              + id
              + " is not a key of visible ASCII characters, so nobody can send it; replace it");
      return;
    }
    String hash = Hashes.sha256(key);
    ApiKey first = byHash.putIfAbsent(hash, new ApiKey(id, hash));
    if (first != null) {
      at.warn(
          Reason.UNSUPPORTED_VALUE,
          "the entries " + first.id() + " and " + id + " hold the same key; remove one");
    }
  }
}
