package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** From which namespaces services may attach. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "(has(self.from) && self.from == 'Selector') == has(self.selector)",
    message = "from Selector needs selector, and no other may have it")
public record AllowedNamespaces(
    @Default(Defaults.NAMESPACES_FROM)
        @JsonPropertyDescription(
            "Same (default): the gateway's own. All: every one. Selector: those whose labels match.")
        @Nullable NamespacesFrom from,
    @JsonPropertyDescription(
            "The labels of the namespaces; needed with from Selector and only then.")
        @Nullable LabelSelector selector) {}
