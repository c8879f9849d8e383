package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** How many proxies run the current configuration. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProxyStatus(
    @JsonPropertyDescription("Proxies that are ready.") @Nullable Integer ready,
    @JsonPropertyDescription(
            "Ready proxies that have answered that they run the current configuration.")
        @Nullable Integer programmed) {}
