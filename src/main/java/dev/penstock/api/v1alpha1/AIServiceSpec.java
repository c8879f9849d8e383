package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an AIService declares: nginx's {@code location {}} with its {@code upstream {}} and limits.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AIServiceSpec(
    @Size(min = 1, max = 16)
        @Default(Defaults.PARENT_REFS_JSON)
        @JsonPropertyDescription(
            "The AIGateways to attach to. Default: the one named default in the same namespace.")
        @Nullable List<ParentReference> parentRefs,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Host names to answer for, each covered by those of the gateway. Empty (default): all of the gateway's.")
        @Nullable List<@Pattern(Patterns.HOSTNAME) @Size(max = 253) String> hostnames,
    @Required
        @Pattern(Patterns.PATH)
        @Size(max = 1024)
        @JsonPropertyDescription(
            "Path prefix by whole segments: /stt matches /stt and /stt/..., not /sttx; the longest wins; / matches all (nginx: location). Without trailing slash, percent-encoding or quotes.")
        @Nullable String path,
    @Pattern(Patterns.PATH)
        @Size(max = 1024)
        @Default(Defaults.REWRITE)
        @JsonPropertyDescription(
            "What stands in place of the prefix upstream, and the prefix in its place where a redirect"
                + " names the backend itself; default / (nginx: proxy_pass http://x/,"
                + " proxy_redirect default).")
        @Nullable String rewrite,
    @Required @JsonPropertyDescription("Where requests go (nginx: upstream, proxy_pass).")
        @Nullable Backend backend,
    @JsonPropertyDescription(
            "How many requests one client may make. Absent: any number (nginx: limit_req).")
        @Nullable RateLimit rateLimit,
    @Default(Defaults.EMPTY) @JsonPropertyDescription("How long the backend may take.")
        @Nullable Timeouts timeouts,
    @Pattern(Patterns.SIZE)
        @Size(max = 20)
        @Default(Defaults.MAX_BODY_SIZE)
        @JsonPropertyDescription(
            "The largest request body: bytes, or with Ki, Mi or Gi; default 10Mi, 0 means unlimited. 413 beyond (nginx: client_max_body_size; its 10M is written 10Mi).")
        @Nullable String maxBodySize,
    @Default(Defaults.EMPTY) @JsonPropertyDescription("Who may pass. Default: as the gateway says.")
        @Nullable ServiceAuth auth,
    @JsonPropertyDescription(
            "Which web pages may call the service. Absent: the backend's own headers pass unchanged.")
        @Nullable Cors cors,
    @JsonPropertyDescription("How many requests the backend works on at once. Absent: any number.")
        @Nullable Concurrency concurrency) {}
