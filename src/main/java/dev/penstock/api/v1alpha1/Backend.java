package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where requests go; exactly one of service, selector and url. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "[has(self.service), has(self.selector), has(self.url)].exists_one(x, x)",
    message = "set exactly one of service, selector and url")
@ValidationRule(
    value = "!has(self.tls) || !has(self.url) || self.url.startsWith('https://')",
    message = "tls needs an https url")
@ValidationRule(
    value =
        "self.protocol != 'H2C' || !has(self.tls) && (!has(self.url) || self.url.startsWith('http://'))",
    message = "H2C is HTTP/2 without TLS: remove tls, or use an http url")
public record Backend(
    @JsonPropertyDescription("A Service of the same namespace.") @Nullable BackendService service,
    @JsonPropertyDescription("Pods of the same namespace; the Service is made for you.")
        @Nullable BackendSelector selector,
    @Pattern(Patterns.BACKEND_URL)
        @Size(max = 512)
        @JsonPropertyDescription(
            "A server outside: http or https, an IP address or a host name, and an optional port, such as http://192.0.2.7:9011; without user, path (see rewrite), query or fragment.")
        @Nullable String url,
    @Default(Defaults.BACKEND_PROTOCOL)
        @JsonPropertyDescription(
            "HTTP (default): HTTP/1.1. H2C: HTTP/2 without TLS, for gRPC (nginx: grpc_pass).")
        @Nullable BackendProtocol protocol,
    @JsonPropertyDescription(
            "How the certificate of an https backend is verified; for service and selector its presence means https (nginx: proxy_ssl_verify on).")
        @Nullable CaReference tls) {}
