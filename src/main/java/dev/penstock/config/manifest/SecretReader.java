package dev.penstock.config.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.model.Sensitive;
import dev.penstock.translate.References.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Secrets as an API server takes them: {@code data} in base64, {@code stringData} over it. */
final class SecretReader {

  private final Consumer<ManifestProblem> problems;

  SecretReader(Consumer<ManifestProblem> problems) {
    this.problems = problems;
  }

  Secret read(Resource resource) {
    JsonNode tree = resource.tree();
    Map<String, Sensitive> data = new HashMap<>();
    for (var entry : tree.path("data").properties()) {
      decode(resource, entry.getKey(), entry.getValue().asText())
          .ifPresent(value -> data.put(entry.getKey(), new Sensitive(value)));
    }
    for (var entry : tree.path("stringData").properties()) {
      data.put(entry.getKey(), new Sensitive(entry.getValue().asText()));
    }
    return new Secret(
        resource.id().name(),
        tree.path("type").asText("Opaque"),
        Texts.map(tree.path("metadata").path("labels")),
        data);
  }

  private Optional<String> decode(Resource resource, String key, String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("[\r\n]", ""));
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      String field = FieldLines.child("data", key);
      problems.accept(
          new ManifestProblem(
              resource.place(field),
              Optional.of(resource.id()),
              field,
              "is not base64",
              "write plain text under stringData instead"));
      return Optional.empty();
    }
  }
}
