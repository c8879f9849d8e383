package dev.penstock.control;

/** What both ends of the control port have to agree on. */
public final class ControlPort {

  /**
   * The DNS name in the certificate of every proxy's control port. It is the server name that is
   * asked for and verified, whatever the address of the pod: addresses come and go, and another pod
   * may have one by the time it is used.
   */
  public static final String SERVER_NAME = "proxy.penstock.internal";

  /** {@code PUT}: an envelope; answered with a {@link PushAnswer}. */
  public static final String CONFIG_PATH = "/config";

  /** {@code GET}: a {@link ProxyReport}. */
  public static final String REPORT_PATH = "/report";

  /**
   * The certificate chain of the control port in PEM: a file of the folder, a key of the Secret.
   */
  public static final String CERTIFICATE = "tls.crt";

  /** Its private key in PEM. */
  public static final String KEY = "tls.key";

  /** The bearer tokens that a proxy accepts, a line each: two while one replaces the other. */
  public static final String TOKEN = "token";

  private ControlPort() {}
}
