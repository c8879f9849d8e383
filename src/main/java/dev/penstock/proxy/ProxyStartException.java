package dev.penstock.proxy;

/** The proxy could not be started; the message says why and what to do. */
public final class ProxyStartException extends Exception {

  private static final long serialVersionUID = 1L;

  public ProxyStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
