package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** Where rate limits are counted. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Limiter(
    @JsonPropertyDescription(
            "The Redis that all replicas count in. Absent: each replica limits by itself with its share of the rate.")
        @Nullable Redis redis,
    @Default(Defaults.LIMITER_FAILURE_POLICY)
        @JsonPropertyDescription(
            "What a replica does while Redis is away. Local (default): it limits by itself with its share of the rate. Open: it lets pass. Closed: it answers 503.")
        @Nullable LimiterFailurePolicy failurePolicy) {}
