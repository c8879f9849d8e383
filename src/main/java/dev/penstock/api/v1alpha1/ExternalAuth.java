package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The auth service: a GET without body; any 2xx passes, 401 and 403 are returned, anything else is
 * 503.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "has(self.url) != has(self.service)",
    message = "set exactly one of url and service")
@ValidationRule(
    value =
        "!has(self.cache) || !has(self.cache.keyHeaders) || self.cache.keyHeaders.all(k, self.requestHeaders.exists(h, h.lowerAscii() == k.lowerAscii()))",
    message = "cache.keyHeaders may only name headers that are in requestHeaders")
public record ExternalAuth(
    @Pattern(Patterns.EXTERNAL_URL)
        @Size(max = 2048)
        @JsonPropertyDescription(
            "Where to ask: http or https, host, optional port and path, such as http://auth.ai.svc:8080/internal/auth; without user, query or fragment. Either url or service.")
        @Nullable String url,
    @JsonPropertyDescription(
            "A Service of the same namespace to ask, in a cluster. Either url or service.")
        @Nullable ServiceReference service,
    @Size(max = 32)
        @Default(Defaults.KEY_HEADERS_JSON)
        @JsonPropertyDescription(
            "Headers of the request that are sent to the auth service, beside X-Original-Method, X-Original-URI and X-Forwarded-For. Default: X-API-Key and Authorization.")
        @Nullable List<@Pattern(Patterns.HEADER_NAME) @Size(max = 128) String> requestHeaders,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Headers of a passing answer that are copied to the upstream request, replacing the client's (nginx: auth_request_set with proxy_set_header). Default: none.")
        @Nullable List<@Pattern(Patterns.HEADER_NAME) @Size(max = 128) String> responseHeaders,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.EXTERNAL_TIMEOUT)
        @JsonPropertyDescription(
            "How long the auth service may take, as a duration such as 5s (default); then the failurePolicy decides.")
        @Nullable String timeout,
    @Default(Defaults.EXTERNAL_FAILURE_POLICY)
        @JsonPropertyDescription(
            "What happens when the auth service is away, slow or answers 5xx. Closed (default): 503. Open: the request passes. An answer other than 2xx, 401, 403 and 5xx is 503 under both.")
        @Nullable AuthFailurePolicy failurePolicy,
    @JsonPropertyDescription(
            "Answers are asked for once and believed for a while; absent: every request is asked (nginx: proxy_cache in the auth location).")
        @Nullable AuthCache cache) {}
