package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who the client is: what limits count and logs show (nginx: real_ip module). */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.proxyProtocol) || self.proxyProtocol == 'Disabled' || has(self.trustedProxies) && size(self.trustedProxies) > 0",
    message = "proxyProtocol needs trustedProxies: only their headers are believed")
public record ClientIp(
    @Size(max = 256)
        @JsonPropertyDescription(
            "Address blocks such as 10.0.0.0/8. Only peers within them are believed: X-Forwarded-For is walked from the right, PROXY headers are read (nginx: set_real_ip_from). Default: none.")
        @Nullable List<@Pattern(Patterns.CIDR) @Size(max = 49) String> trustedProxies,
    @Min(32)
        @Max(128)
        @Default(Defaults.IPV6_PREFIX_LENGTH)
        @JsonPropertyDescription(
            "Bits of an IPv6 address that make one client, 32 to 128; default 64.")
        @Nullable Integer ipv6PrefixLength,
    @Default(Defaults.PROXY_PROTOCOL)
        @JsonPropertyDescription(
            "Whether connections start with a PROXY header, v1 or v2 (nginx: listen ... proxy_protocol). Disabled (default), Optional: trusted peers may send one, Required: every connection has one.")
        @Nullable ProxyProtocol proxyProtocol) {}
