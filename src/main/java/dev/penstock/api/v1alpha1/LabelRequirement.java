package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One requirement on a label. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
    message = "In and NotIn need values, Exists and DoesNotExist have none")
public record LabelRequirement(
    @Required
        @Pattern(Patterns.LABEL_KEY)
        @Size(max = 317)
        @JsonPropertyDescription("The label, such as app or example.com/team.")
        @Nullable String key,
    @Required
        @JsonPropertyDescription(
            "How the label relates to the values: In, NotIn, Exists or DoesNotExist.")
        @Nullable LabelOperator operator,
    @Size(max = 32)
        @JsonPropertyDescription("The values of In and NotIn; absent for Exists and DoesNotExist.")
        @Nullable List<@Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> values) {}
