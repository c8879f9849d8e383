package dev.penstock.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.testing.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of {@code crd/valid} and {@code crd/invalid}, and the way to an API server. */
final class Resources {

  private static final Path FOLDER = Path.of("src/test/resources/crd");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * One file.
   *
   * @param comment its first line
   */
  record Sample(String name, String comment, ObjectNode resource) {

    String plural() {
      return resource.path("kind").asText().toLowerCase(Locale.ROOT) + "s";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Resources() {}

  static List<Sample> valid() {
    return samples("valid");
  }

  static List<Sample> invalid() {
    return samples("invalid");
  }

  private static List<Sample> samples(String folder) {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.sorted().map(Resources::sample).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sample sample(Path file) {
    try {
      String first = Files.readAllLines(file).getFirst();
      return new Sample(
          file.getFileName().toString(),
          first.substring("# ".length()),
          (ObjectNode) YAML.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates it, with unknown fields refused; the answer is what was stored. */
  static JsonNode create(ApiServer api, String plural, JsonNode resource) {
    return post(api, plural, resource, "?fieldValidation=Strict");
  }

  /** Why it would not be taken; empty: it would. */
  static Optional<String> refusal(ApiServer api, String plural, JsonNode resource) {
    try {
      post(api, plural, resource, "?fieldValidation=Strict&dryRun=All");
      return Optional.empty();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 422 && e.getCode() != 400) {
        throw e;
      }
      return Optional.of(e.getStatus().getMessage());
    }
  }

  private static JsonNode post(ApiServer api, String plural, JsonNode resource, String query) {
    String path = "/apis/penstock.dev/v1alpha1/namespaces/" + api.namespace() + "/" + plural;
    try {
      return YAML.readTree(api.client().raw(path + query, "POST", resource.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
