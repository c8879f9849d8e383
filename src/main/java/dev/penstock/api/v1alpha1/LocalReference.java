package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A resource of the same namespace by its name. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LocalReference(
    @Required
        @Pattern(Patterns.NAME)
        @Size(max = 253)
        @JsonPropertyDescription("Name of the resource, in the same namespace.")
        @Nullable String name) {}
