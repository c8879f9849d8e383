package dev.penstock.operator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of a Service that others gave a number or a name which ours then clash with: the API
 * server merges lists by number, and refuses two of a name. They are replaced as a whole, and all
 * else, addresses among it, stays.
 */
final class ServicePorts {

  private static final Logger LOG = LoggerFactory.getLogger(ServicePorts.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Only until the next apply, so that the ports have no second owner. */
  private static final String MANAGER = Writer.FIELD_MANAGER + "-ports";

  private static final PatchContext PATCH =
      new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager(MANAGER).build();

  private final KubernetesClient client;

  ServicePorts(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Makes them the wanted ones; false when there is nothing to replace.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException also when the Service was
   *     changed meanwhile
   */
  boolean replace(HasMetadata wanted) {
    if (!(wanted instanceof Service service)) {
      return false;
    }
    Optional<Service> standing = Optional.ofNullable(client.resource(service).get());
    JsonNode ports = tree(service.getSpec().getPorts());
    if (standing.isEmpty() || Match.has(tree(standing.get().getSpec().getPorts()), ports)) {
      return false;
    }
    LOG.info("Replacing the ports of Service {}", service.getMetadata().getName());
    Service changed = patch(standing.get(), "/spec/ports", ports);
    var managers =
        changed.getMetadata().getManagedFields().stream().filter(each -> !isOurs(each)).toList();
    patch(changed, "/metadata/managedFields", tree(managers));
    return true;
  }

  private static boolean isOurs(ManagedFieldsEntry entry) {
    return MANAGER.equals(entry.getManager());
  }

  private Service patch(Service standing, String path, JsonNode value) {
    ArrayNode steps = JSON.createArrayNode();
    steps
        .addObject()
        .put("op", "test")
        .put("path", "/metadata/resourceVersion")
        .put("value", standing.getMetadata().getResourceVersion());
    steps.addObject().put("op", "replace").put("path", path).set("value", value);
    return client.resource(standing).patch(PATCH, steps.toString());
  }

  private JsonNode tree(Object value) {
    return client.getKubernetesSerialization().convertValue(value, JsonNode.class);
  }
}
