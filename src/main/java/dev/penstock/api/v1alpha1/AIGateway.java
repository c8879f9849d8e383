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

/** One gateway in front of AI services: nginx's {@code server {}} block. */
@Group("penstock.dev")
@Version("v1alpha1")
@Kind("AIGateway")
@Plural("aigateways")
@Singular("aigateway")
@ShortNames("aigw")
@Categories("penstock")
@JsonClassDescription("One gateway in front of AI services: nginx's server {} block.")
@AdditionalPrinterColumn(
    name = "Addresses",
    jsonPath = ".status.addresses",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Programmed",
    jsonPath = ".status.conditions[?(@.type==\"Programmed\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Services",
    jsonPath = ".status.attachedServices",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class AIGateway extends CustomResource<AIGatewaySpec, AIGatewayStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
