package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Who may pass to one service. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "(has(self.mode) && self.mode == 'External') == has(self.external)",
    message = "mode External needs external, and no other mode may have it")
@ValidationRule(
    value = "(has(self.mode) && self.mode == 'APIKeys') == has(self.apiKeys)",
    message = "mode APIKeys needs apiKeys, and no other mode may have it")
public record ServiceAuth(
    @Default(Defaults.SERVICE_AUTH_MODE)
        @JsonPropertyDescription(
            "Inherit (default): as spec.auth of the gateway says. None, External and APIKeys: as there, for this service alone.")
        @Nullable ServiceAuthMode mode,
    @JsonPropertyDescription(
            "The auth service to ask; needed with mode External and only then (nginx: auth_request).")
        @Nullable ExternalAuth external,
    @JsonPropertyDescription("Where the keys stand; needed with mode APIKeys and only then.")
        @Nullable ApiKeyAuth apiKeys,
    @Default(Defaults.FORWARD_CREDENTIALS)
        @JsonPropertyDescription(
            "Whether the backend sees the headers that carried the key: Strip (default) removes external.requestHeaders or apiKeys.headers before the request is forwarded, Keep leaves them (nginx always does).")
        @Nullable ForwardCredentials forwardCredentials) {}
