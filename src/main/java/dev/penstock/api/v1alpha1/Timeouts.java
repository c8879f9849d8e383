package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How long a backend may take. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timeouts(
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.CONNECT_TIMEOUT)
        @JsonPropertyDescription(
            "To reach one address of the backend, as a duration; default 5s; then another is tried, then 504 (nginx: proxy_connect_timeout).")
        @Nullable String connect,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.FIRST_BYTE_TIMEOUT)
        @JsonPropertyDescription(
            "From the end of the request to the first byte of the answer, as a duration; default 60s; then 504 (nginx: proxy_read_timeout).")
        @Nullable String firstByte,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.IDLE_TIMEOUT)
        @JsonPropertyDescription(
            "Between two reads or writes of a body, as a duration; default 60s; then the connection is broken off (nginx: proxy_read_timeout, proxy_send_timeout).")
        @Nullable String idle,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @JsonPropertyDescription(
            "The whole request, as a duration. Default: none, since a total would cut streams.")
        @Nullable String request) {}
