package dev.penstock.translate;

import dev.penstock.model.ResourceName;
import java.util.Comparator;

/** Which resource is meant, written {@code AIService ai/whisper}. */
public record ResourceRef(Kind kind, ResourceName name) implements Comparable<ResourceRef> {

  private static final Comparator<ResourceRef> ORDER =
      Comparator.comparing(ResourceRef::kind).thenComparing(ResourceRef::name);

  /** The kinds that have problems of their own. */
  public enum Kind {
    GATEWAY("AIGateway"),
    SERVICE("AIService");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As in a manifest's {@code kind}. */
    public String word() {
      return word;
    }
  }

  static ResourceRef gateway(ResourceName name) {
    return new ResourceRef(Kind.GATEWAY, name);
  }

  static ResourceRef service(ResourceName name) {
    return new ResourceRef(Kind.SERVICE, name);
  }

  @Override
  public int compareTo(ResourceRef other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return kind.word() + " " + name;
  }
}
