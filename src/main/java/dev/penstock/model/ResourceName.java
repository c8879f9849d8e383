package dev.penstock.model;

import java.util.Comparator;

/** Namespace and name of a resource, written {@code namespace/name}. */
public record ResourceName(String namespace, String name) implements Comparable<ResourceName> {

  private static final Comparator<ResourceName> ORDER =
      Comparator.comparing(ResourceName::namespace).thenComparing(ResourceName::name);

  public ResourceName {
    Check.nonBlank("namespace", namespace);
    Check.nonBlank("name", name);
  }

  /** Parses {@code namespace/name}. */
  public static ResourceName parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || text.indexOf('/', slash + 1) >= 0) {
      throw new InvalidValueException("name", "'" + text + "' is not NAMESPACE/NAME");
    }
    return new ResourceName(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public int compareTo(ResourceName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
