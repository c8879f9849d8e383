package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an AIService. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AIServiceStatus(
    @Size(max = 16) @JsonPropertyDescription("Accepted, ResolvedRefs, Programmed and Ready.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that this status is about.")
        @Nullable Long observedGeneration,
    @Size(max = 4096)
        @JsonPropertyDescription("The host names that are served, for people to read: * for any.")
        @Nullable String hosts) {}
