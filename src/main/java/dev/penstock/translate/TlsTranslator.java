package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIGatewaySpec;
import dev.penstock.api.v1alpha1.GatewayTls;
import dev.penstock.api.v1alpha1.LocalReference;
import dev.penstock.api.v1alpha1.TlsMode;
import dev.penstock.api.v1alpha1.TlsVersion;
import dev.penstock.certificate.AuthorityCheck;
import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Tls;
import dev.penstock.translate.References.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.tls}: how clients are met. */
final class TlsTranslator {

  private static final String TYPE = "kubernetes.io/tls";
  private static final String CHAIN = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String AUTHORITY = "ca.crt";

  private TlsTranslator() {}

  static Tls translate(@Nullable GatewayTls tls, ResourceName gateway, Inputs inputs, Problems at) {
    GatewayTls given = Values.or(tls, new GatewayTls(null, null, null, null, null));
    TlsMode mode = Values.or(given.mode(), TlsMode.TERMINATE);
    List<Certificate> certificates =
        certificates(given, gateway.namespace(), inputs.references(), at);
    if (given.issuerRef() != null) {
      checkIssuer(inputs, at.at("issuerRef"));
    }
    Optional<Tls.ClientAuthority> clientCa =
        clientCa(given, gateway.namespace(), inputs.references(), at.at("clientCARef"));
    if (mode == TlsMode.DISABLED) {
      refuseUnused(given, at);
      return Tls.disabled();
    }
    return new Tls(Tls.Mode.TERMINATE, version(given.minVersion()), certificates, clientCa);
  }

  private static void checkIssuer(Inputs inputs, Problems at) {
    AIGatewaySpec spec = inputs.gateway().getSpec();
    if (!inputs.environment().inCluster()) {
      at.unsupported("needs a cluster with cert-manager; name a Secret in tls.certificateRefs");
    } else if (spec == null || Values.or(spec.hostnames(), List.of()).isEmpty()) {
      at.unsupported("needs spec.hostnames, for which the certificate is to be");
    }
  }

  private static void refuseUnused(GatewayTls tls, Problems at) {
    if (!Values.or(tls.certificateRefs(), List.of()).isEmpty()) {
      at.at("certificateRefs").unsupported("has no effect with mode Disabled; remove one of them");
    }
    if (tls.issuerRef() != null) {
      at.at("issuerRef").unsupported("has no effect with mode Disabled; remove one of them");
    }
    if (tls.clientCARef() != null) {
      at.at("clientCARef").unsupported("has no effect with mode Disabled; remove one of them");
    }
  }

  private static Optional<Tls.ClientAuthority> clientCa(
      GatewayTls tls, String namespace, References references, Problems at) {
    LocalReference reference = tls.clientCARef();
    if (reference == null) {
      return Optional.empty();
    }
    return Values.name(reference.name(), "a Secret", at.at("name"))
        .map(name -> new ResourceName(namespace, name))
        .map(name -> clientCa(name, references, at));
  }

  private static Tls.ClientAuthority clientCa(
      ResourceName name, References references, Problems at) {
    Optional<Secret> found = references.secret(name);
    if (found.isEmpty()) {
      invalid(at, "there is no Secret " + name + "; create it, or correct the name");
      return Tls.ClientAuthority.missing(name.toString());
    }
    String pem = entry(found.get(), AUTHORITY, at).value();
    if (pem.isBlank()) {
      return Tls.ClientAuthority.missing(name.toString());
    }
    AuthorityCheck.problem(pem)
        .ifPresent(
            problem ->
                invalid(at, "%s of Secret %s %s; replace it".formatted(AUTHORITY, name, problem)));
    return new Tls.ClientAuthority(name.toString(), pem);
  }

  private static List<Certificate> certificates(
      GatewayTls tls, String namespace, References references, Problems at) {
    var certificates = new ArrayList<Certificate>();
    for (var item : Values.<LocalReference>items(tls.certificateRefs(), at.at("certificateRefs"))) {
      Values.name(item.value().name(), "a Secret", item.at().at("name"))
          .map(name -> new ResourceName(namespace, name))
          .flatMap(secret -> certificate(secret, references, item.at()))
          .ifPresent(certificates::add);
    }
    return certificates;
  }

  private static Optional<Certificate> certificate(
      ResourceName name, References references, Problems at) {
    Optional<Secret> found = references.secret(name);
    if (found.isEmpty()) {
      invalid(at, "there is no Secret " + name + "; create it, or correct the name");
      return Optional.empty();
    }
    Secret secret = found.get();
    if (!secret.type().equals(TYPE)) {
      invalid(at, "Secret " + name + " is of type " + secret.type() + ", must be " + TYPE);
    }
    Sensitive chain = entry(secret, CHAIN, at);
    Sensitive key = entry(secret, KEY, at);
    return chain.value().isBlank() || key.value().isBlank()
        ? Optional.empty()
        : Optional.of(new Certificate(name.toString(), chain.value(), key));
  }

  private static Sensitive entry(Secret secret, String entry, Problems at) {
    Sensitive value = secret.data().getOrDefault(entry, new Sensitive(""));
    if (value.value().isBlank()) {
      invalid(at, "Secret " + secret.name() + " has no entry " + entry + "; add it, in PEM");
    }
    return value;
  }

  private static void invalid(Problems at, String message) {
    at.error(Reason.INVALID_CERTIFICATE_REF, message);
  }

  private static Tls.Version version(@Nullable TlsVersion version) {
    return switch (Values.or(version, TlsVersion.TLS_1_2)) {
      case TLS_1_2 -> Tls.Version.TLS_1_2;
      case TLS_1_3 -> Tls.Version.TLS_1_3;
    };
  }
}
