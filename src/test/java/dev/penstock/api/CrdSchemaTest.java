package dev.penstock.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server demands of a schema, and what we do beyond it. */
class CrdSchemaTest {

  /** Kubernetes' own types, which its API server judges when the pods are made. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("spec\\.proxy\\.(affinity|tolerations|resources)[.\\[].*");

  /** Values of a Service's annotations: clouds ask for JSON in them. */
  private static final Set<String> FREE_TEXT = Set.of("spec.proxy.service.annotations{}");

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everyNodeIsStructural(String plural) throws IOException {
    assertNone(
        plural,
        schema ->
            !schema.node().has("type")
                && !schema.node().path("x-kubernetes-int-or-string").asBoolean());
    assertNone(plural, schema -> schema.type().equals("array") && !schema.node().has("items"));
    assertNone(
        plural,
        schema -> schema.node().has("properties") && schema.node().has("additionalProperties"));
    assertNone(plural, schema -> schema.node().has("$ref"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everyFieldIsDescribed(String plural) throws IOException {
    assertNone(
        plural,
        schema ->
            ours(schema)
                && !schema.path().endsWith("[]")
                && !schema.path().endsWith("{}")
                && schema.node().path("description").asText().isEmpty());
  }

  /** The cost of a rule is reckoned from these bounds. */
  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everythingHasABound(String plural) throws IOException {
    assertNone(
        plural,
        schema ->
            ours(schema)
                && switch (schema.type()) {
                  case "string" -> !schema.node().has("maxLength") && !schema.node().has("enum");
                  case "array" -> !schema.node().has("maxItems");
                  case "object" ->
                      schema.node().has("additionalProperties")
                          && !schema.node().has("maxProperties");
                  default -> false;
                });
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void noStringOfASpecTakesLineBreaksQuotesOrBraces(String plural) throws IOException {
    for (Schema schema : Schema.of(plural).all()) {
      if (!schema.path().startsWith("spec.")
          || !ours(schema)
          || !schema.type().equals("string")
          || schema.node().has("enum")) {
        continue;
      }
      String form = schema.node().path("pattern").asText();
      assertTrue(form.startsWith("^") && form.endsWith("$"), () -> schema.path() + ": " + form);
      Pattern pattern = Pattern.compile(form);
      String hostile = FREE_TEXT.contains(schema.path()) ? "\n\r\0" : "\n\r\0\"'{}`\\ ";
      hostile
          .chars()
          .forEach(
              c ->
                  Stream.of("%c", "a%c", "%ca", "a%ca", "/a%c", "http://a%c", "1%cs", "1s%c")
                      .map(around -> around.formatted(c))
                      .forEach(
                          text ->
                              assertEquals(
                                  false,
                                  pattern.matcher(text).matches(),
                                  () -> schema.path() + " takes [" + text + "]")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everyResourceHasASpec(String plural) throws IOException {
    assertEquals("[\"spec\"]", Schema.of(plural).node().path("required").toString());
  }

  @Test
  void onlyAGatewaySpecMayBeLeftOut() throws IOException {
    assertEquals("{}", Schema.of("aigateways").node().at("/properties/spec/default").toString());
    assertTrue(Schema.of("aiservices").node().at("/properties/spec/default").isMissingNode());
  }

  @Test
  void defaultsReachIntoBlocksThatAreNotWritten() throws IOException {
    ObjectNode gateway = new ObjectMapper().createObjectNode();
    Schema.of("aigateways").applyDefaults(gateway);
    assertEquals("Terminate", gateway.at("/spec/tls/mode").asText());
    assertEquals("60s", gateway.at("/spec/proxy/drainTimeout").asText());
    assertEquals(100, gateway.at("/spec/limits/maxHeaders").asInt());

    ObjectNode service = new ObjectMapper().createObjectNode();
    service.putObject("spec");
    Schema.of("aiservices").applyDefaults(service);
    assertEquals("default", service.at("/spec/parentRefs/0/name").asText());
    assertEquals("5s", service.at("/spec/timeouts/connect").asText());
    assertEquals("Inherit", service.at("/spec/auth/mode").asText());
  }

  /** A default of an object is judged before the defaults of its fields are filled in. */
  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void rulesOfDefaultedObjectsDoNotRelyOnFields(String plural) throws IOException {
    for (Schema schema : Schema.of(plural).all()) {
      if (!schema.node().path("default").isObject()) {
        continue;
      }
      for (JsonNode rule : schema.node().path("x-kubernetes-validations")) {
        String text = rule.path("rule").asText();
        var fields = Pattern.compile("self\\.([A-Za-z0-9]+)").matcher(text);
        while (fields.find()) {
          assertTrue(
              text.contains("has(self." + fields.group(1) + ")"),
              () -> schema.path() + ": " + text);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void conditionsAreAMapByTheirTypes(String plural) throws IOException {
    JsonNode conditions = Schema.of(plural).node().at("/properties/status/properties/conditions");
    assertEquals("map", conditions.path("x-kubernetes-list-type").asText());
    assertEquals("[\"type\"]", conditions.path("x-kubernetes-list-map-keys").toString());
    assertTrue(conditions.at("/items/required").toString().contains("\"type\""));
  }

  private static boolean ours(Schema schema) {
    return !OF_KUBERNETES.matcher(schema.path()).matches();
  }

  private static void assertNone(String plural, Predicate<Schema> wrong) throws IOException {
    assertEquals(
        List.of(), Schema.of(plural).all().stream().filter(wrong).map(Schema::path).toList());
  }
}
