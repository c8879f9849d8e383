package dev.penstock.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Manifests of a test, and what they refer to. */
final class Manifests implements References {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  final List<AIGateway> gateways = new ArrayList<>();
  final List<AIService> services = new ArrayList<>();
  private final Map<ResourceName, Secret> secrets = new LinkedHashMap<>();
  private final Map<ResourceName, Service> clusterServices = new HashMap<>();
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();

  static Manifests parse(String yaml) throws IOException {
    return of(YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll());
  }

  static Manifests of(List<JsonNode> documents) throws IOException {
    var manifests = new Manifests();
    for (JsonNode document : documents) {
      manifests.add(document);
    }
    return manifests;
  }

  Set<ResourceName> gatewayNames() {
    var names = new HashSet<ResourceName>();
    gateways.forEach(gateway -> names.add(Resources.name(gateway.getMetadata())));
    return names;
  }

  private void add(JsonNode document) throws IOException {
    JsonNode metadata = document.path("metadata");
    String namespace = metadata.path("namespace").asText("");
    var name =
        new ResourceName(namespace.isEmpty() ? "-" : namespace, metadata.path("name").asText());
    switch (document.path("kind").asText()) {
      case "AIGateway" -> gateways.add(YAML.treeToValue(document, AIGateway.class));
      case "AIService" -> services.add(YAML.treeToValue(document, AIService.class));
      case "Secret" -> secrets.put(name, secret(name, document));
      case "Service" -> clusterServices.put(name, service(name, document));
      case "Namespace" -> namespaces.put(name.name(), strings(metadata.path("labels")));
      default -> throw new IOException("unknown kind in " + document);
    }
  }

  private static Secret secret(ResourceName name, JsonNode document) {
    var data = new HashMap<String, Sensitive>();
    strings(document.path("stringData")).forEach((key, text) -> data.put(key, new Sensitive(text)));
    strings(document.path("data"))
        .forEach(
            (key, text) ->
                data.put(
                    key,
                    new Sensitive(
                        new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))));
    return new Secret(
        name,
        document.path("type").asText("Opaque"),
        strings(document.path("metadata").path("labels")),
        data);
  }

  private static Service service(ResourceName name, JsonNode document) {
    JsonNode spec = document.path("spec");
    var ports = new HashSet<Integer>();
    spec.path("ports").forEach(port -> ports.add(port.path("port").asInt()));
    return new Service(
        name,
        spec.path("type").asText().equals("ExternalName"),
        ports,
        document.has("endpoints")
            ? Optional.of(endpoints(document.path("endpoints")))
            : Optional.empty());
  }

  /** Beside the spec, for lack of EndpointSlices: {@code port: ["address:port"]}. */
  private static Map<Integer, List<Endpoint>> endpoints(JsonNode node) {
    var all = new HashMap<Integer, List<Endpoint>>();
    for (var entry : node.properties()) {
      var ready = new ArrayList<Endpoint>();
      for (JsonNode text : entry.getValue()) {
        int colon = text.asText().lastIndexOf(':');
        ready.add(
            new Endpoint(
                text.asText().substring(0, colon),
                Integer.parseInt(text.asText().substring(colon + 1))));
      }
      all.put(Integer.valueOf(entry.getKey()), ready);
    }
    return all;
  }

  private static Map<String, String> strings(JsonNode node) {
    var map = new LinkedHashMap<String, String>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  @Override
  public Optional<Secret> secret(ResourceName name) {
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public List<Secret> secrets(String namespace) {
    return secrets.values().stream()
        .filter(secret -> secret.name().namespace().equals(namespace))
        .toList();
  }

  @Override
  public Optional<Map<String, String>> namespaceLabels(String namespace) {
    return Optional.ofNullable(namespaces.get(namespace));
  }

  @Override
  public Optional<Service> service(ResourceName name) {
    return Optional.ofNullable(clusterServices.get(name));
  }
}
