package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIGatewaySpec;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.model.ResourceName;
import org.jspecify.annotations.Nullable;

/** One AIGateway: nginx's {@code server {}} block. */
final class GatewayTranslator {

  /** An empty spec is whole: every field of a gateway has a default. */
  private static final AIGatewaySpec NOTHING_SET =
      new AIGatewaySpec(null, null, null, null, null, null, null, null);

  private GatewayTranslator() {}

  static GatewayParts translate(Inputs inputs, ResourceName name, Problems problems) {
    AIGatewaySpec spec = Values.or(inputs.gateway().getSpec(), NOTHING_SET);
    Problems at = problems.at("spec");
    Parents.check(spec.allowedNamespaces(), at.at("allowedNamespaces"));
    ProxyShape.check(spec.proxy(), inputs.environment(), at.at("proxy"));
    var auth = new AuthTranslator(inputs.environment(), inputs.references(), name);
    return new GatewayParts(
        name,
        Hostnames.parse(spec.hostnames(), at.at("hostnames")),
        TlsTranslator.translate(spec.tls(), name, inputs, at.at("tls")),
        ClientIpTranslator.translate(spec.clientIP(), at.at("clientIP")),
        EdgeLimitTranslator.translate(spec.limits(), at.at("limits")),
        new LimiterTranslator(inputs.environment(), inputs.references(), name)
            .translate(spec.limiter(), spec.proxy(), at.at("limiter")),
        Values.durationOrZero(
            drainTimeout(spec.proxy()), Defaults.DRAIN_TIMEOUT, at.at("proxy").at("drainTimeout")),
        auth.translate(spec.auth(), name, at.at("auth")),
        spec.allowedNamespaces());
  }

  private static @Nullable String drainTimeout(@Nullable ProxySpec proxy) {
    return proxy == null ? null : proxy.drainTimeout();
  }
}
