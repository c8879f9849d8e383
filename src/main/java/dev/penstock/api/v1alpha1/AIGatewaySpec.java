package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an AIGateway declares: nginx's {@code server {}} block. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AIGatewaySpec(
    @Size(max = 64)
        @JsonPropertyDescription(
            "Host names that the gateway answers for, in lower case, exact or with a wildcard such as *.example.com. Empty (default): any host (nginx: server_name).")
        @Nullable List<@Pattern(Patterns.HOSTNAME) @Size(max = 253) String> hostnames,
    @Default(Defaults.EMPTY)
        @JsonPropertyDescription(
            "How clients are met. Default: https with a self-signed certificate.")
        @Nullable GatewayTls tls,
    @Default(Defaults.EMPTY)
        @JsonPropertyDescription(
            "Who may pass: the default for every AIService. Default: everybody.")
        @Nullable GatewayAuth auth,
    @Default(Defaults.EMPTY)
        @JsonPropertyDescription("Who the client is. Default: the peer of the connection.")
        @Nullable ClientIp clientIP,
    @Default(Defaults.EMPTY)
        @JsonPropertyDescription("Where rate limits are counted. Default: in each proxy.")
        @Nullable Limiter limiter,
    @Default(Defaults.EMPTY) @JsonPropertyDescription("What a client may grow.")
        @Nullable EdgeLimits limits,
    @Default(Defaults.EMPTY)
        @JsonPropertyDescription(
            "From which namespaces AIServices may attach. Default: the gateway's own.")
        @Nullable AllowedNamespaces allowedNamespaces,
    @Default(Defaults.EMPTY) @JsonPropertyDescription("The pods that carry the traffic.")
        @Nullable ProxySpec proxy) {}
