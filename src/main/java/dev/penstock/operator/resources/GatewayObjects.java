package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * What a gateway has in a cluster beside its Secrets, and what it must not have.
 *
 * @param wanted to be applied in this order, after the Secrets which the Deployment mounts
 * @param unwanted to be deleted where they are: they would be wanted of another gateway
 */
public record GatewayObjects(List<HasMetadata> wanted, List<OwnedObject> unwanted) {

  private static final String POLICY = "policy/v1";
  private static final String AUTOSCALING = "autoscaling/v2";

  public GatewayObjects {
    wanted = List.copyOf(wanted);
    unwanted = List.copyOf(unwanted);
  }

  public static GatewayObjects of(GatewayShape shape) {
    var choice = new Choice(shape.names().base());
    choice.wanted.add(ProxyServiceAccount.of(shape));
    // Before there are pods, so that none is ever open.
    choice.wanted.add(ProxyNetworkPolicy.of(shape));
    choice.wanted.add(PublicService.of(shape));
    if (shape.severalProxies()) {
      choice.wanted.add(ProxyDisruptionBudget.of(shape));
    } else {
      choice.without(POLICY, "PodDisruptionBudget");
    }
    choice.wanted.add(ProxyDeployment.of(shape));
    var autoscaling = shape.proxy().autoscaling();
    if (autoscaling == null) {
      choice.without(AUTOSCALING, "HorizontalPodAutoscaler");
    } else {
      choice.wanted.add(ProxyAutoscaler.of(shape, autoscaling));
    }
    shape
        .issuer()
        .ifPresentOrElse(
            issuer -> choice.wanted.add(CertManagerCertificate.of(shape, issuer)),
            () -> choice.without(CertManagerCertificate.API_VERSION, CertManagerCertificate.KIND));
    return new GatewayObjects(choice.wanted, choice.unwanted);
  }

  private record Choice(String name, List<HasMetadata> wanted, List<OwnedObject> unwanted) {

    Choice(String name) {
      this(name, new ArrayList<>(), new ArrayList<>());
    }

    void without(String apiVersion, String kind) {
      unwanted.add(new OwnedObject(apiVersion, kind, name));
    }
  }
}
