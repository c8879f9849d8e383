package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Service that clients reach. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.externalTrafficPolicy) || self.type != 'ClusterIP'",
    message = "externalTrafficPolicy needs type LoadBalancer or NodePort")
public record ProxyService(
    @Default(Defaults.SERVICE_TYPE)
        @JsonPropertyDescription("LoadBalancer (default), NodePort or ClusterIP.")
        @Nullable ServiceType type,
    @Size(max = 32)
        @JsonPropertyDescription(
            "Annotations of the Service, for example for a cloud's balancer; values are of one line.")
        @Nullable Map<String, @Pattern(Patterns.ONE_LINE) @Size(max = 4096) String> annotations,
    @JsonPropertyDescription(
            "Local (default where the type allows it) keeps the client's address, which limits need. Cluster hides it.")
        @Nullable TrafficPolicy externalTrafficPolicy) {}
