package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** TLS to a server whose certificate is always verified. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CaReference(
    @JsonPropertyDescription(
            "A Secret of the same namespace whose ca.crt holds the authorities to trust, in PEM (nginx: proxy_ssl_trusted_certificate). Default: those of the system.")
        @Nullable LocalReference caRef) {}
