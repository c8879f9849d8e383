package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pods of the same namespace. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackendSelector(
    @Required @Size(min = 1, max = 32) @JsonPropertyDescription("Labels of the pods.")
        @Nullable Map<String, @Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> matchLabels,
    @Required @Min(1) @Max(65535) @JsonPropertyDescription("Port number that the pods listen on.")
        @Nullable Integer port) {}
