package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for the chart as a whole. */
class ChartTest {

  private static final Pattern METRIC = Pattern.compile("penstock_[a-z_]+");

  @TempDir Path folder;

  @Test
  void helmHasNothingToSayAgainstIt() {
    var lint = Chart.helm().lint().strict().call();
    assertFalse(lint.isFailed(), lint.getMessages()::toString);
  }

  @Test
  void itsCrdsAreThoseOfDeployCrds() throws IOException {
    assertEquals(
        files(Path.of("deploy/crds")), files(Chart.FOLDER.resolve("crds")), "run `make crds`");
  }

  @Test
  void itIsOfTheVersionThatIsBuilt() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]+?)(-SNAPSHOT)?</version>.*", "$1");
    JsonNode chart = Chart.yaml(Chart.FOLDER.resolve("Chart.yaml"));
    assertEquals(version, chart.path("version").asText());
    assertEquals(version, chart.path("appVersion").asText());
  }

  @Test
  void theSchemaIsStrictAndExplainsEveryValue() throws IOException {
    JsonNode schema = Chart.yaml(Chart.FOLDER.resolve("values.schema.json"));
    compare("", schema, Chart.yaml(Chart.FOLDER.resolve("values.yaml")));
  }

  /** Where values.yaml has fixed fields, so has the schema: the same, and no others. */
  private static void compare(String path, JsonNode schema, JsonNode values) {
    assertTrue(path.isEmpty() || schema.hasNonNull("description"), path);
    if (!schema.has("properties")) {
      return;
    }
    assertFalse(schema.path("additionalProperties").asBoolean(true), path);
    for (Iterator<String> names = values.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      assertTrue(schema.path("properties").has(name), () -> path + "." + name);
      compare(path + "." + name, schema.path("properties").path(name), values.path(name));
    }
    for (Iterator<String> names = schema.path("properties").fieldNames(); names.hasNext(); ) {
      String name = names.next();
      assertTrue(values.has(name) || name.equals("global"), () -> path + "." + name);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "replicaCount: 2 | replicaCount",
        "operator: {replicas: two} | /operator/replicas",
        "operator: {image: other} | image",
        "image: {pullPolicy: Sometimes} | /image/pullPolicy",
        "image: {digest: abc} | /image/digest",
        "redis: {addresses: [redis]} | /redis/addresses/0",
        "redis: {mode: Replicated} | /redis/mode",
        "redis: {maxmemoryPolicy: allkeys-lru} | /redis/maxmemoryPolicy",
        "watch: {namespaces: [Not_A_Name]} | /watch/namespaces/0",
        "limiter: {failurePolicy: Maybe} | /limiter/failurePolicy",
        "defaultGateway: {name: ''} | /defaultGateway/name",
        "metrics: {serviceMonitor: true} | /metrics/serviceMonitor",
        "redis: {addresses: ['redis:6379']} | set redis.enabled to false",
        "redis: {mode: Cluster} | set redis.enabled to false",
        "watch: {namespaces: [elsewhere]} | watch.namespaces does not hold ai",
        "{operator: {replicas: 2}, leaderElection: {enabled: false}} | needs leaderElection",
      })
  void valuesThatCannotBeMeantAreRefused(String values, String word) throws IOException {
    Path file = Files.writeString(folder.resolve("values.yaml"), values);
    var refusal = assertThrows(IllegalStateException.class, () -> Chart.render(file));
    assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
  }

  @Test
  void thePasswordOfTheBundledRedisIsLong() {
    String rendered = Chart.render(Path.of("src/test/resources/chart/defaults/values.yaml"));
    assertTrue(Pattern.compile("(?m)^  password: \\S{56}$").matcher(rendered).find(), rendered);
  }

  @Test
  void everyMetricOfTheDashboardIsOneThatIsMeasured() throws IOException {
    String pages =
        Files.readString(Path.of("docs/operations.md"))
            + Files.readString(Path.of("docs/operator.md"));
    JsonNode dashboard = Chart.yaml(Chart.FOLDER.resolve("files/dashboard.json"));
    List<String> expressions = dashboard.findValuesAsText("expr");
    assertTrue(expressions.size() > 10, expressions::toString);
    for (String expression : expressions) {
      var metric = METRIC.matcher(expression);
      assertTrue(metric.find(), expression);
      String name = metric.group().replaceFirst("_bucket$", "");
      assertTrue(pages.contains("`" + name + "`") || pages.contains("`" + name + "{"), name);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }
}
