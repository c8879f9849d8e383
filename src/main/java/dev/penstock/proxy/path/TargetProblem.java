package dev.penstock.proxy.path;

/** Why a request target or a Host was refused; each is a 400. */
public enum TargetProblem {
  EMPTY("the request target is empty"),
  NOT_ABSOLUTE("the request target is neither a path nor an http or https URI"),
  CONTROL("the request target holds a control character or a space"),
  NON_ASCII("the path holds a byte that is not ASCII; it must be percent-encoded"),
  FRAGMENT("the request target holds a '#'"),
  BACKSLASH("the path holds a backslash"),
  BAD_ESCAPE("the path holds a '%' that is not followed by two hexadecimal digits"),
  ENCODED_SLASH("the path holds an encoded slash or backslash"),
  ENCODED_NUL("the path holds an encoded NUL"),
  PATH_PARAMETER("the path holds a ';' behind a dot segment or an empty segment"),
  ABOVE_ROOT("the path climbs above the root"),
  SCHEME("the scheme of the request target is not http or https"),
  ASTERISK("the target * is for OPTIONS only"),
  BAD_HOST("the host is not a name or an address"),
  BAD_PORT("the port is not a number from 1 to 65535");

  private final String message;

  TargetProblem(String message) {
    this.message = message;
  }

  /** One clause for the client; holds nothing that the client sent. */
  public String message() {
    return message;
  }
}
