package dev.penstock.operator.resources;

import java.util.LinkedHashMap;
import java.util.Map;

/** The labels that Kubernetes recommends, by which owned objects are found and pods selected. */
public final class Labels {

  public static final String NAME = "app.kubernetes.io/name";
  public static final String INSTANCE = "app.kubernetes.io/instance";
  public static final String COMPONENT = "app.kubernetes.io/component";
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  public static final String PART_OF = "app.kubernetes.io/part-of";

  /** The value of {@link #MANAGED_BY} on everything that is made here. */
  public static final String OPERATOR = "penstock-operator";

  /** The value of {@link #COMPONENT} on what belongs to the proxies. */
  public static final String PROXY = "proxy";

  static final String BACKEND = "backend";
  private static final String PENSTOCK = "penstock";

  private Labels() {}

  /** Those that a Deployment selects its pods by: they can never change. */
  static Map<String, String> selector(GatewayNames names) {
    return selector(names.base(), PROXY);
  }

  /** Those of every object of a gateway. */
  static Map<String, String> of(GatewayNames names) {
    return with(selector(names));
  }

  /** Those of the objects of an AIService; its name fits a label, as it is cut to a DNS label. */
  static Map<String, String> ofBackend(String name) {
    return with(selector(name, BACKEND));
  }

  private static Map<String, String> selector(String instance, String component) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(NAME, PENSTOCK);
    labels.put(INSTANCE, instance);
    labels.put(COMPONENT, component);
    return labels;
  }

  private static Map<String, String> with(Map<String, String> selector) {
    var labels = new LinkedHashMap<>(selector);
    labels.put(MANAGED_BY, OPERATOR);
    labels.put(PART_OF, PENSTOCK);
    return labels;
  }
}
