package dev.penstock.config;

/** JSON that is not a configuration this version can run; the message starts with the JSON path. */
public final class ConfigFormatException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String path;

  ConfigFormatException(String path, String message) {
    super(path + ": " + message);
    this.path = path;
  }

  /** Where, for example {@code $.gateway.routes[0].rateLimit.burst}. */
  public String path() {
    return path;
  }
}
