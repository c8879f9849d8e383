package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A Service of the same namespace. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackendService(
    @Required
        @Pattern(Patterns.LABEL)
        @Size(max = 63)
        @JsonPropertyDescription("Name of the Service; one of type ExternalName is refused.")
        @Nullable String name,
    @Required @Min(1) @Max(65535) @JsonPropertyDescription("Port number of the Service.")
        @Nullable Integer port) {}
