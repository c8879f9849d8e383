package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A cert-manager issuer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IssuerReference(
    @Required
        @Pattern(Patterns.NAME)
        @Size(max = 253)
        @JsonPropertyDescription("Name of the issuer.")
        @Nullable String name,
    @Default(Defaults.ISSUER_KIND)
        @JsonPropertyDescription(
            "Issuer (default): of the gateway's namespace. ClusterIssuer: of the cluster.")
        @Nullable IssuerKind kind) {}
