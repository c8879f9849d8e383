package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How many requests a backend works on at once, over all proxies. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.coldStart != 'Hold' || has(self.queue)",
    message = "coldStart Hold needs a queue to wait in")
public record Concurrency(
    @Required
        @Min(1)
        @Max(100000)
        @JsonPropertyDescription(
            "Requests at a time, 1 to 100000; those beyond wait in the queue, or are answered 503 without one (nginx: limit_conn, max_conns).")
        @Nullable Integer maxInFlight,
    @JsonPropertyDescription(
            "Where requests beyond maxInFlight wait, fair to each client. Absent: they are answered 503.")
        @Nullable Queue queue,
    @Default(Defaults.COLD_START)
        @JsonPropertyDescription(
            "What happens while the backend cannot be reached, has no addresses, or answers 503 with Retry-After. Fail (default): the request fails. Hold: it waits in the queue.")
        @Nullable ColdStart coldStart) {}
