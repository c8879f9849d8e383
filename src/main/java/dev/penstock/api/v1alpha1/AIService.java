package dev.penstock.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One AI service behind a gateway: nginx's {@code location {}} with its upstream and limits. */
@Group("penstock.dev")
@Version("v1alpha1")
@Kind("AIService")
@Plural("aiservices")
@Singular("aiservice")
@ShortNames("aisvc")
@Categories("penstock")
@JsonClassDescription(
    "One AI service behind a gateway: nginx's location {} with its upstream and limits.")
@AdditionalPrinterColumn(
    name = "Host",
    jsonPath = ".status.hosts",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Path",
    jsonPath = ".spec.path",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Rate",
    jsonPath = ".spec.rateLimit.rate",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class AIService extends CustomResource<AIServiceSpec, AIServiceStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
