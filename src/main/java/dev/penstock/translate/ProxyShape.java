package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Autoscaling;
import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.api.v1alpha1.ProxyService;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.api.v1alpha1.ServiceType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code spec.proxy}: the pods of a gateway, of which there are none in standalone mode. */
final class ProxyShape {

  static final int MOST_REPLICAS = 1000;

  private ProxyShape() {}

  static void check(@Nullable ProxySpec proxy, Environment environment, Problems at) {
    if (proxy == null) {
      return;
    }
    if (!environment.inCluster()) {
      noteUnused(proxy, at);
    }
    if (proxy.replicas() != null) {
      Values.inRange(proxy.replicas(), 0, MOST_REPLICAS, at.at("replicas"));
    }
    if (proxy.replicas() != null && proxy.autoscaling() != null) {
      at.at("replicas").unsupported("the autoscaler sets it; remove replicas or autoscaling");
    }
    checkAutoscaling(proxy.autoscaling(), at.at("autoscaling"));
    checkService(proxy.service(), at.at("service"));
  }

  private static void noteUnused(ProxySpec proxy, Problems at) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("replicas", proxy.replicas());
    fields.put("autoscaling", proxy.autoscaling());
    fields.put("resources", proxy.resources());
    fields.put("nodeSelector", proxy.nodeSelector());
    fields.put("tolerations", proxy.tolerations());
    fields.put("affinity", proxy.affinity());
    fields.put("priorityClassName", proxy.priorityClassName());
    fields.put("service", proxy.service());
    fields.forEach(
        (field, value) -> {
          if (value != null) {
            at.at(field)
                .warn(
                    Reason.UNSUPPORTED_VALUE,
                    "has no effect without a cluster; this process is the one proxy");
          }
        });
  }

  private static void checkAutoscaling(@Nullable Autoscaling autoscaling, Problems at) {
    if (autoscaling == null) {
      return;
    }
    int min =
        Values.number(
            autoscaling.minReplicas(),
            Defaults.MIN_REPLICAS,
            1,
            MOST_REPLICAS,
            at.at("minReplicas"));
    Values.number(
        autoscaling.targetCPUUtilization(),
        Defaults.TARGET_CPU,
        1,
        100,
        at.at("targetCPUUtilization"));
    Integer max = autoscaling.maxReplicas();
    if (max == null) {
      at.at("maxReplicas").unsupported("is missing; set how many proxies there may be");
    } else if (Values.inRange(max, 1, MOST_REPLICAS, at.at("maxReplicas")) && max < min) {
      at.at("maxReplicas").unsupported("is " + max + ", less than minReplicas, which is " + min);
    }
  }

  private static void checkService(@Nullable ProxyService service, Problems at) {
    if (service != null
        && service.type() == ServiceType.CLUSTER_IP
        && service.externalTrafficPolicy() != null) {
      at.at("externalTrafficPolicy").unsupported("needs type LoadBalancer or NodePort; remove it");
    }
  }
}
