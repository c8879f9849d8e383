package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A selector of resources by their labels, as Kubernetes has it; all of it must match. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "has(self.matchLabels) && size(self.matchLabels) > 0 || has(self.matchExpressions) && size(self.matchExpressions) > 0",
    message = "set matchLabels or matchExpressions: an empty selector would match everything")
public record LabelSelector(
    @Size(max = 32) @JsonPropertyDescription("Labels that must have exactly these values.")
        @Nullable Map<String, @Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> matchLabels,
    @Size(max = 16) @JsonPropertyDescription("Further requirements; every one must hold.")
        @Nullable List<LabelRequirement> matchExpressions) {}
