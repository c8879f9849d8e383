package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A limit per client and service, in nginx's words. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.delay) || self.delay <= self.burst",
    message = "delay must not be greater than burst")
public record RateLimit(
    @Required
        @Pattern(Patterns.RATE)
        @Size(max = 13)
        @JsonPropertyDescription(
            "Requests of one client a second, minute or hour: <n>r/s, <n>r/m or <n>r/h, such as 10r/m (nginx: limit_req_zone rate=), exact.")
        @Nullable String rate,
    @Min(0)
        @Max(1000000)
        @Default(Defaults.BURST)
        @JsonPropertyDescription(
            "Requests at once beyond the first, 0 to 1000000; default 0 (nginx: limit_req burst=).")
        @Nullable Integer burst,
    @Min(0)
        @Max(1000000)
        @JsonPropertyDescription(
            "Requests of the burst beyond this number wait for their time (nginx: limit_req delay=). Absent: none waits (nginx: nodelay).")
        @Nullable Integer delay,
    @Min(400)
        @Max(599)
        @Default(Defaults.STATUS_CODE)
        @JsonPropertyDescription(
            "What a refused request is answered, 400 to 599; default 429 (nginx: limit_req_status, 503).")
        @Nullable Integer statusCode,
    @Default(Defaults.RATE_LIMIT_MODE)
        @JsonPropertyDescription(
            "Enforce (default). DryRun: decisions are counted and logged, and every request passes (nginx: limit_req_dry_run on).")
        @Nullable RateLimitMode mode) {}
