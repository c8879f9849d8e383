package dev.penstock.config.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.api.v1alpha1.AIGateway;
import dev.penstock.api.v1alpha1.AIGatewaySpec;
import dev.penstock.api.v1alpha1.AIService;
import dev.penstock.api.v1alpha1.AIServiceSpec;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/** Makes the API's own types from trees that fit their schemas. */
final class ResourceBinder {

  private final JsonMapper mapper =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  AIGateway gateway(Resource resource) {
    var gateway = new AIGateway();
    gateway.setMetadata(metadata(resource));
    if (resource.tree().path("spec").isObject()) {
      gateway.setSpec(spec(resource.tree(), AIGatewaySpec.class));
    }
    return gateway;
  }

  AIService service(Resource resource) {
    var service = new AIService();
    service.setMetadata(metadata(resource));
    if (resource.tree().path("spec").isObject()) {
      service.setSpec(spec(resource.tree(), AIServiceSpec.class));
    }
    return service;
  }

  private <T> T spec(JsonNode tree, Class<T> type) {
    try {
      return mapper.treeToValue(tree.path("spec"), type);
    } catch (JsonProcessingException e) {
      // The tree was pruned to its schema, which is generated from the very type.
      throw new IllegalStateException("schema and type differ: " + e.getOriginalMessage(), e);
    }
  }

  /** By hand: reading all of ObjectMeta by reflection costs a start a tenth of a second. */
  private static ObjectMeta metadata(Resource resource) {
    JsonNode written = resource.tree().path("metadata");
    var metadata = new ObjectMeta();
    metadata.setName(resource.id().name().name());
    metadata.setNamespace(resource.id().name().namespace());
    metadata.setLabels(Texts.map(written.path("labels")));
    metadata.setAnnotations(Texts.map(written.path("annotations")));
    if (written.path("creationTimestamp").isTextual()) {
      metadata.setCreationTimestamp(written.path("creationTimestamp").asText());
    }
    return metadata;
  }
}
