package dev.penstock.model;

/**
 * A certificate chain and its key, in PEM, as a {@code kubernetes.io/tls} Secret holds them.
 * Whether they parse and belong together is found out by whoever builds a context from them.
 *
 * @param name where it came from, for messages: the Secret or the file
 */
public record Certificate(String name, String chainPem, Sensitive keyPem) {

  public Certificate {
    Check.nonBlank("name", name);
    Check.nonBlank("chainPem", chainPem);
    Check.nonBlank("keyPem", keyPem.value());
  }
}
