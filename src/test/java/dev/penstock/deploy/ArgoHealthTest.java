package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/**
 * Runs the health check that Argo CD is given. {@code -Dargocd.update=true} writes its ConfigMap.
 */
class ArgoHealthTest {

  private static final Path FOLDER = Path.of("deploy/argocd");
  private static final String SERVED =
      "Accepted True Accepted, ResolvedRefs True ResolvedRefs, Programmed True Programmed, Ready True Ready";

  private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // conditions, as TYPE STATUS REASON | health | a part of the message
        SERVED + " | Healthy | of Ready",
        SERVED + ", LimiterDegraded False Exact | Healthy | of Ready",
        SERVED + ", LimiterDegraded True StoreUnavailable | Healthy | LimiterDegraded is True",
        "Accepted False Conflicted, ResolvedRefs True ResolvedRefs, Programmed False Conflicted, Ready False Conflicted"
            + " | Degraded | Accepted is False, Conflicted: of Accepted",
        "Accepted True Accepted, ResolvedRefs False BackendNotFound, Programmed True Programmed, Ready False BackendNotFound"
            + " | Degraded | ResolvedRefs is False, BackendNotFound: of ResolvedRefs",
        "Accepted True Accepted, ResolvedRefs True ResolvedRefs, Programmed False Refused, Ready False Refused"
            + " | Degraded | Programmed is False, Refused",
        "Accepted True Accepted, ResolvedRefs True ResolvedRefs, Programmed False Pending, Ready False Pending"
            + " | Progressing | Programmed is False, Pending: of Programmed",
        "Accepted True Accepted, ResolvedRefs True ResolvedRefs, Programmed True Programmed, Ready False Pending"
            + " | Progressing | Ready is False, Pending",
        "Accepted True Accepted, ResolvedRefs False Pending, Programmed False Refused, Ready False Refused"
            + " | Degraded | Programmed is False, Refused",
        "Accepted True Accepted, ResolvedRefs True ResolvedRefs | Progressing | Programmed is not known yet",
        "Accepted Unknown Pending | Progressing | Accepted is not known yet",
      })
  void conditionsBecomeHealth(String conditions, String health, String message) throws IOException {
    expect(health, message, resource(3, 3, conditions));
  }

  @Test
  void whatWasSaidOfAnOlderGenerationDoesNotCount() throws IOException {
    expect("Progressing", "not looked at this generation", resource(4, 3, SERVED));
    String refused = "Accepted False Conflicted";
    expect("Progressing", "not looked at this generation", resource(4, 3, refused));
  }

  @Test
  void aResourceWithoutStatusIsProgressing() throws IOException {
    expect("Progressing", "not looked at it", yaml.readTree("{metadata: {generation: 1}}"));
    expect(
        "Progressing",
        "not looked at it",
        yaml.readTree("{metadata: {generation: 1}, status: {observedGeneration: 1}}"));
  }

  @Test
  void theConfigMapHoldsTheCheckForBothKinds() throws IOException {
    Path file = FOLDER.resolve("argocd-cm.yaml");
    if (Boolean.getBoolean("argocd.update")) {
      Files.writeString(file, configMap());
    }
    assertEquals(configMap(), Files.readString(file), "run `make argocd`");
    JsonNode data = yaml.readTree(file.toFile()).path("data");
    for (String kind : new String[] {"AIGateway", "AIService"}) {
      String key = "resource.customizations.health.penstock.dev_" + kind;
      assertEquals(check(), data.path(key).asText());
    }
  }

  @Test
  void theExampleApplicationHasValuesThatTheChartTakes() throws IOException {
    JsonNode source =
        yaml.readTree(FOLDER.resolve("application.yaml").toFile()).path("spec").path("source");
    assertEquals(Chart.FOLDER, Path.of(source.path("path").asText()));
    Path values = Files.createTempFile("values", ".yaml");
    try {
      yaml.writeValue(values.toFile(), source.path("helm").path("valuesObject"));
      String first = Chart.render(values);
      assertEquals(first, Chart.render(values), "every sync would change something");
    } finally {
      Files.delete(values);
    }
  }

  private void expect(String health, String message, JsonNode resource) throws IOException {
    Globals lua = JsePlatform.standardGlobals();
    lua.set("obj", table(resource));
    LuaValue result = lua.load(check(), "health.lua").call();
    String said = result.get("message").tojstring();
    assertEquals(health, result.get("status").tojstring(), said);
    assertEquals(true, said.contains(message), said);
  }

  private JsonNode resource(int generation, int observed, String conditions) throws IOException {
    String list =
        Stream.of(conditions.split(", "))
            .map(each -> each.split(" "))
            .map(
                words ->
                    "{type: %s, status: '%s', reason: %s, message: of %s}"
                        .formatted(words[0], words[1], words[2], words[0]))
            .collect(Collectors.joining(", "));
    return yaml.readTree(
        "{metadata: {generation: %d}, status: {observedGeneration: %d, conditions: [%s]}}"
            .formatted(generation, observed, list));
  }

  private static LuaValue table(JsonNode node) {
    if (node.isContainerNode()) {
      var table = new LuaTable();
      if (node.isArray()) {
        for (int i = 0; i < node.size(); i++) {
          table.set(i + 1, table(node.get(i)));
        }
      } else {
        node.properties().forEach(field -> table.set(field.getKey(), table(field.getValue())));
      }
      return table;
    }
    return node.isNumber() ? LuaValue.valueOf(node.asDouble()) : LuaValue.valueOf(node.asText());
  }

  private static String check() throws IOException {
    return Files.readString(FOLDER.resolve("health.lua"));
  }

  private static String configMap() throws IOException {
    var text =
        new StringBuilder(
            """
            # Generated from health.lua by `make argocd`; edits are overwritten. Merge it into argocd-cm:
            #   kubectl -n argocd patch configmap argocd-cm --patch-file deploy/argocd/argocd-cm.yaml
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: argocd-cm
              namespace: argocd
              labels: {app.kubernetes.io/name: argocd-cm, app.kubernetes.io/part-of: argocd}
            data:
            """);
    for (String kind : new String[] {"AIGateway", "AIService"}) {
      text.append("  resource.customizations.health.penstock.dev_").append(kind).append(": |\n");
      check()
          .lines()
          .map(line -> line.isEmpty() ? "\n" : "    " + line + "\n")
          .forEach(text::append);
    }
    return text.toString();
  }
}
