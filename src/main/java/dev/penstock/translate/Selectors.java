package dev.penstock.translate;

import dev.penstock.api.v1alpha1.LabelOperator;
import dev.penstock.api.v1alpha1.LabelRequirement;
import dev.penstock.api.v1alpha1.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Label selectors as Kubernetes means them. */
final class Selectors {

  private Selectors() {}

  /** Reports what makes a selector unusable. */
  static void check(LabelSelector selector, Problems at) {
    Map<String, String> labels = Values.or(selector.matchLabels(), Map.of());
    List<LabelRequirement> requirements = Values.or(selector.matchExpressions(), List.of());
    if (labels.isEmpty() && requirements.isEmpty()) {
      at.unsupported("is empty and would match everything; set matchLabels or matchExpressions");
    }
    checkLabels(labels, at.at("matchLabels"));
    for (var item : Values.<LabelRequirement>items(requirements, at.at("matchExpressions"))) {
      check(item.value(), item.at());
    }
  }

  static void checkLabels(Map<String, String> labels, Problems at) {
    labels.forEach(
        (key, value) -> {
          if (Objects.isNull(value)) {
            at.at(key).unsupported("has no value; write \"\" for an empty one");
          }
        });
  }

  private static void check(LabelRequirement requirement, Problems at) {
    if (requirement.key() == null || requirement.operator() == null) {
      at.unsupported("needs a key and an operator");
      return;
    }
    boolean takesValues =
        requirement.operator() == LabelOperator.IN
            || requirement.operator() == LabelOperator.NOT_IN;
    if (takesValues == Values.or(requirement.values(), List.of()).isEmpty()) {
      at.at("values")
          .unsupported(
              takesValues
                  ? "must not be empty with In and NotIn"
                  : "must be empty with Exists and DoesNotExist");
    }
  }

  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return Values.or(selector.matchLabels(), Map.<String, String>of()).entrySet().stream()
            .allMatch(wanted -> Objects.equals(labels.get(wanted.getKey()), wanted.getValue()))
        && Values.or(selector.matchExpressions(), List.<LabelRequirement>of()).stream()
            .allMatch(requirement -> matches(requirement, labels));
  }

  private static boolean matches(@Nullable LabelRequirement requirement, Map<String, String> all) {
    if (requirement == null || requirement.key() == null || requirement.operator() == null) {
      return false;
    }
    String label = all.get(requirement.key());
    List<String> values = Values.or(requirement.values(), List.of());
    return switch (requirement.operator()) {
      case IN -> label != null && values.contains(label);
      case NOT_IN -> label == null || !values.contains(label);
      case EXISTS -> label != null;
      case DOES_NOT_EXIST -> label == null;
    };
  }
}
