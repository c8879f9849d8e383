package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Redis to count in. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "(self.mode == 'Sentinel') == has(self.masterName)",
    message = "mode Sentinel needs masterName, and no other mode may have it")
@ValidationRule(
    value = "self.mode != 'Standalone' || size(self.addresses) == 1",
    message = "mode Standalone has exactly one address")
@ValidationRule(
    value = "self.mode != 'Cluster' || self.database == 0",
    message = "a cluster only has database 0")
public record Redis(
    @Default(Defaults.REDIS_MODE)
        @JsonPropertyDescription("Standalone (default), Sentinel or Cluster.")
        @Nullable RedisMode mode,
    @Required
        @Size(min = 1, max = 32)
        @JsonPropertyDescription(
            "host:port of the server, of the sentinels, or of some nodes of the cluster.")
        @Nullable List<@Pattern(Patterns.HOST_PORT) @Size(max = 262) String> addresses,
    @Pattern(Patterns.WORD)
        @Size(max = 128)
        @JsonPropertyDescription(
            "Name of the master that the sentinels watch; needed with mode Sentinel and only then.")
        @Nullable String masterName,
    @Min(0)
        @Max(1023)
        @Default(Defaults.REDIS_DATABASE)
        @JsonPropertyDescription(
            "Number of the database, 0 to 1023; default 0. A cluster only has 0.")
        @Nullable Integer database,
    @JsonPropertyDescription("Present: speak TLS to Redis; its certificate is always verified.")
        @Nullable CaReference tls,
    @JsonPropertyDescription(
            "A Secret of the same namespace with the entries username (optional) and password.")
        @Nullable LocalReference credentialsRef,
    @Pattern(Patterns.WORD)
        @Size(max = 64)
        @Default(Defaults.REDIS_KEY_PREFIX_JSON)
        @JsonPropertyDescription("What the name of every key starts with; default penstock:.")
        @Nullable String keyPrefix,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.REDIS_TIMEOUT)
        @JsonPropertyDescription(
            "How long a command may take, as a duration; default 50ms. Then failurePolicy decides.")
        @Nullable String timeout) {}
