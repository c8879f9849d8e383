package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How clients are met (nginx: listen ... ssl, ssl_certificate). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.mode) || self.mode != 'Disabled' || !(has(self.certificateRefs) && size(self.certificateRefs) > 0 || has(self.issuerRef) || has(self.clientCARef))",
    message = "mode Disabled has no certificateRefs, issuerRef or clientCARef")
@ValidationRule(
    value = "!(has(self.issuerRef) && has(self.certificateRefs) && size(self.certificateRefs) > 0)",
    message = "set certificateRefs or issuerRef, not both")
public record GatewayTls(
    @Default(Defaults.TLS_MODE)
        @JsonPropertyDescription(
            "Terminate (default): https, and http redirects to it. Disabled: plain http, behind another terminator.")
        @Nullable TlsMode mode,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Secrets of type kubernetes.io/tls in the gateway's namespace; the certificate is picked by SNI, the first is the default. None: a self-signed certificate is made and rotated for you.")
        @Nullable List<LocalReference> certificateRefs,
    @JsonPropertyDescription(
            "The cert-manager issuer that is asked for a certificate of spec.hostnames. Absent: none is asked.")
        @Nullable IssuerReference issuerRef,
    @Default(Defaults.TLS_MIN_VERSION)
        @JsonPropertyDescription(
            "The oldest protocol accepted: TLSv1.2 (default) or TLSv1.3 (nginx: ssl_protocols).")
        @Nullable TlsVersion minVersion,
    @JsonPropertyDescription(
            "A Secret whose entry ca.crt signs client certificates; then every client, of every hostname, must present one (nginx: ssl_client_certificate, ssl_verify_client on).")
        @Nullable LocalReference clientCARef) {}
