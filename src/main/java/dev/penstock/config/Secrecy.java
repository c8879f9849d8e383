package dev.penstock.config;

import dev.penstock.model.Sensitive;

/** Whether secrets are written out. */
enum Secrecy {
  PLAIN {
    @Override
    String write(Sensitive secret) {
      return secret.value();
    }

    @Override
    String path(String path) {
      return path;
    }
  },
  REDACTED {
    @Override
    String write(Sensitive secret) {
      return secret.toString();
    }

    @Override
    String path(String path) {
      int query = path.indexOf('?');
      return query < 0 ? path : path.substring(0, query) + "?[redacted]";
    }
  };

  abstract String write(Sensitive secret);

  /** A path with its query, in which tokens are passed at times. */
  abstract String path(String path);
}
