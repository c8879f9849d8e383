package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an AIGateway. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AIGatewayStatus(
    @Size(max = 16) @JsonPropertyDescription("Accepted, ResolvedRefs, Programmed and Ready.")
        @Nullable List<Condition> conditions,
    @JsonPropertyDescription("The generation of the spec that this status is about.")
        @Nullable Long observedGeneration,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Where clients reach the gateway: addresses or host names of its Service.")
        @Nullable List<@Size(max = 253) String> addresses,
    @JsonPropertyDescription("Number of AIServices that are served.")
        @Nullable Integer attachedServices,
    @JsonPropertyDescription("How many proxies run the current configuration.")
        @Nullable ProxyStatus proxies) {}
