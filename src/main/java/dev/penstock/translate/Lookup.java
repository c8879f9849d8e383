package dev.penstock.translate;

import dev.penstock.model.ResourceName;

/** A question to {@link References}, which can be asked again. */
sealed interface Lookup {

  /** The answer now. */
  Object in(References references);

  /** A Secret. */
  record OfSecret(ResourceName name) implements Lookup {
    @Override
    public Object in(References references) {
      return references.secret(name);
    }
  }

  /** All Secrets of a namespace. */
  record OfSecrets(String namespace) implements Lookup {
    @Override
    public Object in(References references) {
      return references.secrets(namespace);
    }
  }

  /** The labels of a namespace. */
  record OfLabels(String namespace) implements Lookup {
    @Override
    public Object in(References references) {
      return references.namespaceLabels(namespace);
    }
  }

  /** A Service. */
  record OfService(ResourceName name) implements Lookup {
    @Override
    public Object in(References references) {
      return references.service(name);
    }
  }
}
