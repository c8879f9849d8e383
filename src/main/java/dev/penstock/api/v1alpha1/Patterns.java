package dev.penstock.api.v1alpha1;

/**
 * The forms of strings, as the schema states them and files are held to. None takes a line break, a
 * quote or a brace, except that annotations of a Service may have what clouds ask for in one line.
 */
public final class Patterns {

  /** Gateway API's durations (GEP-2257): {@code 90s}, {@code 1m30s}, {@code 500ms}. */
  public static final String DURATION = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

  public static final String SIZE = "^(0|[1-9][0-9]{0,14})(Ki|Mi|Gi)?$";
  public static final String RATE = "^[1-9][0-9]{0,8}r/[smh]$";

  /** A DNS name, at most 253 characters. */
  public static final String NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /** A DNS label, at most 63 characters. */
  public static final String LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

  /** A DNS name, or one below {@code *.}. */
  public static final String HOSTNAME =
      "^(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";

  public static final String PATH = "^(/|(/[A-Za-z0-9._~!$&()*+,;=:@-]+)+)$";

  /** Scheme, host and port. */
  public static final String BACKEND_URL =
      "^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?/?$";

  /** Scheme, host, port and path. */
  public static final String EXTERNAL_URL =
      "^https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&()*+,;=:@/-]*)?$";

  public static final String HEADER_NAME = "^[A-Za-z0-9][A-Za-z0-9-]*$";
  public static final String HEADER_NAME_OR_ANY = "^(\\*|[A-Za-z0-9][A-Za-z0-9-]*)$";
  public static final String METHOD = "^(\\*|[A-Z]+)$";
  public static final String ORIGIN =
      "^(\\*|https?://(\\*\\.)?([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?)$";
  public static final String CIDR = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$";
  public static final String HOST_PORT = "^([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$";
  public static final String WORD = "^[A-Za-z0-9._:/-]+$";
  public static final String LABEL_KEY =
      "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
  public static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

  /** No control characters. */
  public static final String ONE_LINE = "^[^\\x00-\\x1f\\x7f]*$";

  private Patterns() {}
}
