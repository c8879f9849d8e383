package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.api.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code -Ddocs.update=true} writes {@code docs/manifests.md} anew. */
class ManifestDocsTest {

  private static final Path PAGE = Path.of("docs/manifests.md");

  /** What the translation is known to say, each case of which has a test of its own. */
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @Test
  void thePageIsWhatTheSchemasSay() throws IOException {
    Set<String> cluster = fields("has no effect without a cluster");
    cluster.addAll(fields("has no effect without limiter.redis"));
    cluster.addAll(Set.of("AIGateway spec.proxy.autoscaling", "AIGateway spec.proxy.affinity"));
    assertTrue(cluster.contains("AIGateway spec.proxy.replicas"), cluster::toString);
    assertKnown(cluster);
    assertKnown(ManifestPage.known());
    String page = new ManifestPage(cluster).write();
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, page);
    }
    assertEquals(page, Files.readString(PAGE), "run `make docs` and commit what it changes");
  }

  private static void assertKnown(Set<String> fields) throws IOException {
    var known = new TreeSet<String>();
    for (String plural : List.of("aigateways", "aiservices")) {
      String kind = plural.equals("aigateways") ? "AIGateway" : "AIService";
      Schema.of(plural).all().forEach(field -> known.add(kind + " " + field.path()));
    }
    assertEquals(
        Set.of(), fields.stream().filter(f -> !known.contains(f)).collect(Collectors.toSet()));
  }

  /** {@code KIND FIELD} of each problem whose message has the words. */
  private static Set<String> fields(String words) throws IOException {
    var yaml = new ObjectMapper(new YAMLFactory());
    var fields = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      for (Path file : files.filter(f -> f.endsWith("out-outcome.yaml")).toList()) {
        for (JsonNode problem : yaml.readTree(file.toFile()).path("problems")) {
          if (problem.path("message").asText().contains(words)) {
            String kind = problem.path("resource").asText().split(" ", 2)[0];
            fields.add(kind + " " + problem.path("field").asText());
          }
        }
      }
    }
    return fields;
  }
}
