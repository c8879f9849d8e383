package dev.penstock.proxy.tls;

/** Why a certificate, key or authority cannot be used; names it, never shows its key. */
public final class TlsProblem extends Exception {

  private static final long serialVersionUID = 1L;

  TlsProblem(String name, String message) {
    super(name + ": " + message);
  }

  TlsProblem(String name, String message, Throwable cause) {
    super(name + ": " + message, cause);
  }
}
