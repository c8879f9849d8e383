package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ProxyProtocol;
import dev.penstock.model.Cidr;
import dev.penstock.model.ClientIp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.clientIP}: who the client is. */
final class ClientIpTranslator {

  private ClientIpTranslator() {}

  static ClientIp translate(dev.penstock.api.v1alpha1.@Nullable ClientIp clientIp, Problems at) {
    if (clientIp == null) {
      return ClientIp.defaults();
    }
    List<Cidr> trusted = trusted(clientIp.trustedProxies(), at.at("trustedProxies"));
    ProxyProtocol protocol = Values.or(clientIp.proxyProtocol(), ProxyProtocol.DISABLED);
    if (protocol != ProxyProtocol.DISABLED
        && Values.or(clientIp.trustedProxies(), List.of()).isEmpty()) {
      at.at("proxyProtocol")
          .unsupported("needs trustedProxies: only their PROXY headers are believed");
    }
    int prefix =
        Values.number(
            clientIp.ipv6PrefixLength(),
            Defaults.IPV6_PREFIX_LENGTH,
            32,
            128,
            at.at("ipv6PrefixLength"));
    return new ClientIp(trusted, prefix, protocol(protocol));
  }

  private static List<Cidr> trusted(@Nullable List<String> blocks, Problems at) {
    var trusted = new ArrayList<Cidr>();
    for (var item : Values.<String>items(blocks, at)) {
      Optional<Cidr> block =
          item.at().attempt(() -> Optional.of(Cidr.parse(item.value())), Optional.empty());
      block.ifPresent(trusted::add);
      if (block.isPresent() && block.get().prefixLength() == 0) {
        item.at()
            .warn(
                Reason.UNSUPPORTED_VALUE,
                "trusts everybody, so that any client can choose its own address; name your proxies");
      }
    }
    return trusted;
  }

  private static ClientIp.ProxyProtocol protocol(ProxyProtocol protocol) {
    return switch (protocol) {
      case DISABLED -> ClientIp.ProxyProtocol.DISABLED;
      case OPTIONAL -> ClientIp.ProxyProtocol.OPTIONAL;
      case REQUIRED -> ClientIp.ProxyProtocol.REQUIRED;
    };
  }
}
