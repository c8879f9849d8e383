package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys that stand in Secrets: each entry of each selected Secret is one key. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiKeyAuth(
    @Default(Defaults.SECRET_SELECTOR_JSON)
        @JsonPropertyDescription(
            "Which Secrets of the gateway's namespace hold keys; each entry of their data is one key, of visible ASCII characters (one line break at its end is ignored). Default: those labelled penstock.dev/api-key=true.")
        @Nullable LabelSelector secretSelector,
    @Size(min = 1, max = 16)
        @Default(Defaults.KEY_HEADERS_JSON)
        @JsonPropertyDescription(
            "Where a key may stand; in Authorization as a Bearer token. Default: X-API-Key and Authorization.")
        @Nullable List<@Pattern(Patterns.HEADER_NAME) @Size(max = 128) String> headers) {}
