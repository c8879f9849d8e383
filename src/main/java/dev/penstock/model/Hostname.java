package dev.penstock.model;

import java.util.regex.Pattern;

/** Host names as Gateway API writes them: {@code ai.example.com} or {@code *.example.com}. */
public final class Hostname {

  private static final Pattern VALID =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*");

  private Hostname() {}

  /** Refuses what is not a lower-case DNS name of at most 253 characters. */
  public static void check(String hostname) {
    Check.that(
        hostname.length() <= 253 && VALID.matcher(hostname).matches(),
        "hostnames",
        "'"
            + hostname
            + "' is not a DNS name in lower case such as ai.example.com or *.example.com");
  }

  /** Whether {@code pattern} covers {@code host}; a wildcard stands for one or more labels. */
  public static boolean covers(String pattern, String host) {
    return pattern.startsWith("*.")
        ? host.length() > pattern.length() - 1 && host.endsWith(pattern.substring(1))
        : pattern.equals(host);
  }
}
