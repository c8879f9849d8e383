package dev.penstock.cli;

import java.net.InetAddress;

/**
 * Where a proxy listens.
 *
 * @param bind for clients
 * @param httpPort zero: a free one; -1: none
 * @param httpsPort zero: a free one; -1: none
 * @param adminBind for the admin endpoints, which are in plain text and not for the public
 * @param adminPort zero: a free one; -1: none
 * @param accessLog one line of JSON a request on standard output
 * @param warmUp how the path of a request comes to be compiled before requests need it
 */
public record ListenOptions(
    InetAddress bind,
    int httpPort,
    int httpsPort,
    InetAddress adminBind,
    int adminPort,
    boolean accessLog,
    WarmUpMode warmUp) {

  /** Whether a proxy sends requests to itself. */
  public enum WarmUpMode {
    /** Real requests alone warm it. */
    NONE,

    /** Until it is warm. */
    ONCE,

    /** As hard as it can until it stops: for the run that an AOT cache is made from. */
    TRAINING;

    static WarmUpMode unless(boolean unwanted) {
      return unwanted ? NONE : ONCE;
    }
  }
}
