package dev.penstock.translate;

import dev.penstock.api.v1alpha1.ApiKeyAuth;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ExternalAuth;
import dev.penstock.api.v1alpha1.ForwardCredentials;
import dev.penstock.api.v1alpha1.GatewayAuth;
import dev.penstock.api.v1alpha1.GatewayAuthMode;
import dev.penstock.api.v1alpha1.ServiceAuth;
import dev.penstock.api.v1alpha1.ServiceAuthMode;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ResourceName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.auth} of a gateway and of a service: who may pass. */
final class AuthTranslator {

  /** Stands in for a policy that has problems; were it ever used, nobody would pass. */
  private static final AuthPolicy NOBODY =
      new AuthPolicy.ApiKeys(List.of(), Defaults.KEY_HEADERS, AuthPolicy.ForwardCredentials.STRIP);

  private final ExternalAuthTranslator external;
  private final ApiKeyTranslator apiKeys;

  AuthTranslator(Environment environment, References references, ResourceName gateway) {
    this.external = new ExternalAuthTranslator(environment, references);
    this.apiKeys = new ApiKeyTranslator(references, gateway.namespace());
  }

  AuthPolicy translate(@Nullable GatewayAuth auth, ResourceName owner, Problems at) {
    if (auth == null) {
      return new AuthPolicy.None();
    }
    GatewayAuthMode mode = Values.or(auth.mode(), GatewayAuthMode.NONE);
    var credentials = credentials(auth.forwardCredentials());
    refuseUnused(mode.name(), auth.external(), auth.apiKeys(), at);
    return switch (mode) {
      case NONE -> new AuthPolicy.None();
      case EXTERNAL -> external(auth.external(), credentials, owner, at);
      case API_KEYS -> apiKeys(auth.apiKeys(), credentials, at);
    };
  }

  /** The service's own policy, or the gateway's. */
  AuthPolicy translate(
      @Nullable ServiceAuth auth, AuthPolicy inherited, ResourceName owner, Problems at) {
    if (auth == null) {
      return inherited;
    }
    ServiceAuthMode mode = Values.or(auth.mode(), ServiceAuthMode.INHERIT);
    var credentials = credentials(auth.forwardCredentials());
    refuseUnused(mode.name(), auth.external(), auth.apiKeys(), at);
    return switch (mode) {
      case INHERIT -> inherited(auth, inherited, at);
      case NONE -> new AuthPolicy.None();
      case EXTERNAL -> external(auth.external(), credentials, owner, at);
      case API_KEYS -> apiKeys(auth.apiKeys(), credentials, at);
    };
  }

  private static AuthPolicy inherited(ServiceAuth auth, AuthPolicy inherited, Problems at) {
    // Strip is what an API server fills in, so only Keep is surely somebody's wish.
    if (auth.forwardCredentials() == ForwardCredentials.KEEP) {
      at.at("forwardCredentials")
          .unsupported("needs a mode of the service's own; set it at the gateway, or set mode");
    }
    return inherited;
  }

  private AuthPolicy external(
      @Nullable ExternalAuth auth,
      AuthPolicy.ForwardCredentials credentials,
      ResourceName owner,
      Problems at) {
    if (auth == null) {
      at.at("external").unsupported("is missing; mode External needs it");
      return NOBODY;
    }
    Optional<AuthPolicy> policy = external.translate(auth, credentials, owner, at.at("external"));
    return policy.orElse(NOBODY);
  }

  private AuthPolicy apiKeys(
      @Nullable ApiKeyAuth auth, AuthPolicy.ForwardCredentials credentials, Problems at) {
    if (auth == null) {
      at.at("apiKeys").unsupported("is missing; mode APIKeys needs it ({} takes its defaults)");
      return NOBODY;
    }
    return apiKeys.translate(auth, credentials, at.at("apiKeys"));
  }

  private static void refuseUnused(
      String mode, @Nullable ExternalAuth external, @Nullable ApiKeyAuth keys, Problems at) {
    if (external != null && !mode.equals(GatewayAuthMode.EXTERNAL.name())) {
      at.at("external").unsupported("has no effect; set mode: External, or remove it");
    }
    if (keys != null && !mode.equals(GatewayAuthMode.API_KEYS.name())) {
      at.at("apiKeys").unsupported("has no effect; set mode: APIKeys, or remove it");
    }
  }

  private static AuthPolicy.ForwardCredentials credentials(@Nullable ForwardCredentials value) {
    return switch (Values.or(value, ForwardCredentials.STRIP)) {
      case STRIP -> AuthPolicy.ForwardCredentials.STRIP;
      case KEEP -> AuthPolicy.ForwardCredentials.KEEP;
    };
  }
}
