package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long an answer of the auth service is believed. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuthCache(
    @Required
        @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @JsonPropertyDescription("How long a 2xx is believed, as a duration such as 30s.")
        @Nullable String ttl,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.CACHE_NEGATIVE_TTL)
        @JsonPropertyDescription(
            "How long a 401 or 403 is believed, as a duration; default 2s, 0s: never.")
        @Nullable String negativeTtl,
    @Size(max = 32)
        @JsonPropertyDescription(
            "The request headers that the answer depends on; Authorization, Cookie and X-API-Key count wherever they are sent. Default: all that is sent to the auth service, method and path included.")
        @Nullable List<@Pattern(Patterns.HEADER_NAME) @Size(max = 128) String> keyHeaders) {}
