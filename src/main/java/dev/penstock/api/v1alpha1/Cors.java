package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which web pages may call the service; preflight requests are answered before limit and auth. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Cors(
    @Required
        @Size(min = 1, max = 64)
        @JsonPropertyDescription(
            "Origins such as https://app.example.com, https://*.example.com, or * for any.")
        @Nullable List<@Pattern(Patterns.ORIGIN) @Size(max = 253) String> allowOrigins,
    @Size(max = 16)
        @Default(Defaults.CORS_METHODS)
        @JsonPropertyDescription("Methods that pages may use, or *. Default: GET and POST.")
        @Nullable List<@Pattern(Patterns.METHOD) @Size(max = 16) String> allowMethods,
    @Size(max = 64)
        @Default(Defaults.CORS_HEADERS)
        @JsonPropertyDescription(
            "Request headers that pages may set, or *. Default: Authorization, Content-Type and X-API-Key.")
        @Nullable List<@Pattern(Patterns.HEADER_NAME_OR_ANY) @Size(max = 128) String> allowHeaders,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.CORS_MAX_AGE)
        @JsonPropertyDescription(
            "How long a browser may remember the answer, as a duration; default 5s.")
        @Nullable String maxAge) {}
