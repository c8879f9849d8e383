package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A HorizontalPodAutoscaler over the proxies. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "self.minReplicas <= self.maxReplicas",
    message = "minReplicas must not be greater than maxReplicas")
public record Autoscaling(
    @Min(1)
        @Max(1000)
        @Default(Defaults.MIN_REPLICAS)
        @JsonPropertyDescription("Proxies at least, 1 to 1000; default 2.")
        @Nullable Integer minReplicas,
    @Required @Min(1) @Max(1000) @JsonPropertyDescription("Proxies at most, 1 to 1000.")
        @Nullable Integer maxReplicas,
    @Min(1)
        @Max(100)
        @Default(Defaults.TARGET_CPU)
        @JsonPropertyDescription(
            "Per cent of the requested CPU that is aimed at, 1 to 100; default 70.")
        @Nullable Integer targetCPUUtilization) {}
