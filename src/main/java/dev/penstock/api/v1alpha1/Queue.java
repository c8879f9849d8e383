package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Where requests wait for a busy backend. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Queue(
    @Min(1)
        @Max(100000)
        @Default(Defaults.QUEUE_DEPTH)
        @JsonPropertyDescription(
            "Requests that may wait, 1 to 100000; default 32. 503 with Retry-After beyond.")
        @Nullable Integer maxDepth,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.QUEUE_TIMEOUT)
        @JsonPropertyDescription(
            "How long a request may wait, as a duration; default 60s. 503 beyond.")
        @Nullable String timeout,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @JsonPropertyDescription(
            "How often a waiting request that accepts text/event-stream is sent a comment, as a duration. Absent: never; a later error then comes with its own status.")
        @Nullable String heartbeat) {}
