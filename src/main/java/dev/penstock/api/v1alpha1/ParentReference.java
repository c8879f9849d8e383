package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** An AIGateway to attach to. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ParentReference(
    @Required
        @Pattern(Patterns.NAME)
        @Size(max = 253)
        @JsonPropertyDescription("Name of the AIGateway.")
        @Nullable String name,
    @Pattern(Patterns.LABEL)
        @Size(max = 63)
        @JsonPropertyDescription(
            "Namespace of the AIGateway; default: that of the AIService. Another one needs to allow it in allowedNamespaces.")
        @Nullable String namespace) {}
