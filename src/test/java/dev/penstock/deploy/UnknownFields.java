package dev.penstock.deploy;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Finds what fabric8's models took in without knowing it. */
final class UnknownFields {

  private static final String REST = "getAdditionalProperties";

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** {@code path.field} of each, below an object that was read. */
  static List<String> of(KubernetesResource object) {
    var fields = new UnknownFields();
    fields.visit("", object);
    return fields.found;
  }

  private void visit(String path, Object value) {
    switch (value) {
      case KubernetesResource resource -> visitGetters(path, resource);
      case Collection<?> items -> items.forEach(item -> visit(path + "[]", item));
      case Map<?, ?> entries -> entries.forEach((key, item) -> visit(path + "." + key, item));
      case null, default -> {}
    }
  }

  private void visitGetters(String path, KubernetesResource resource) {
    for (Method method : resource.getClass().getMethods()) {
      if (!method.getName().startsWith("get") || method.getParameterCount() > 0) {
        continue;
      }
      Object value = call(method, resource);
      if (method.getName().equals(REST)) {
        ((Map<?, ?>) value).keySet().forEach(field -> found.add(path + "." + field));
      } else {
        visit(path + "." + method.getName().substring("get".length()), value);
      }
    }
  }

  private static Object call(Method method, KubernetesResource resource) {
    try {
      return method.invoke(resource);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot read " + method, e);
    }
  }
}
