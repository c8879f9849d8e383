package dev.penstock.translate;

/** Why a condition is as it is: the machine-readable word of a status. */
public enum Reason {
  ACCEPTED("Accepted"),
  /** All that the resource refers to is there; Gateway API's word. */
  RESOLVED_REFS("ResolvedRefs"),
  CONFLICTED("Conflicted"),
  UNSUPPORTED_VALUE("UnsupportedValue"),
  GATEWAY_NOT_FOUND("GatewayNotFound"),
  NAMESPACE_NOT_ALLOWED("NamespaceNotAllowed"),
  BACKEND_NOT_FOUND("BackendNotFound"),
  REF_NOT_PERMITTED("RefNotPermitted"),
  INVALID_CERTIFICATE_REF("InvalidCertificateRef"),
  PENDING("Pending");

  private final String word;

  Reason(String word) {
    this.word = word;
  }

  /** As a condition shows it, for example {@code Conflicted}. */
  public String word() {
    return word;
  }

  /** Whether it is about something referred to, and so belongs to the condition ResolvedRefs. */
  boolean aboutReferences() {
    return switch (this) {
      case RESOLVED_REFS, BACKEND_NOT_FOUND, REF_NOT_PERMITTED, INVALID_CERTIFICATE_REF, PENDING ->
          true;
      default -> false;
    };
  }
}
