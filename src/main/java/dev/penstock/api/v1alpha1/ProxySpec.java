package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pods that carry the traffic, in a cluster; only drainTimeout has an effect elsewhere. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!(has(self.replicas) && has(self.autoscaling))",
    message = "set replicas or autoscaling, not both")
public record ProxySpec(
    @Min(0)
        @Max(1000)
        @JsonPropertyDescription(
            "Number of proxies, 0 to 1000. Absent: 2, or the autoscaler's number when autoscaling is set.")
        @Nullable Integer replicas,
    @JsonPropertyDescription("Scale the proxies by their load; then leave replicas out.")
        @Nullable Autoscaling autoscaling,
    @Pattern(Patterns.DURATION)
        @Size(max = 24)
        @Default(Defaults.DRAIN_TIMEOUT)
        @JsonPropertyDescription(
            "How long requests in flight may take after a proxy was asked to stop, as a duration; default 60s (nginx: worker_shutdown_timeout).")
        @Nullable String drainTimeout,
    @JsonPropertyDescription("CPU and memory that a proxy requests and may use, as of a container.")
        @Nullable ResourceRequirements resources,
    @Size(max = 32) @JsonPropertyDescription("Labels of the nodes that proxies may run on.")
        @Nullable Map<String, @Pattern(Patterns.LABEL_VALUE) @Size(max = 63) String> nodeSelector,
    @Size(max = 32) @JsonPropertyDescription("Taints that proxies tolerate.")
        @Nullable List<Toleration> tolerations,
    @JsonPropertyDescription("Where proxies are placed, as of a pod. Default: spread over nodes.")
        @Nullable Affinity affinity,
    @Pattern(Patterns.NAME)
        @Size(max = 253)
        @JsonPropertyDescription("Priority class of the proxies.")
        @Nullable String priorityClassName,
    @JsonPropertyDescription("The Service that clients reach.") @Nullable ProxyService service) {}
