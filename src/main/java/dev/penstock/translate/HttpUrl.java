package dev.penstock.translate;

import dev.penstock.model.InvalidValueException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL as manifests may write one, taken apart by hand: what is not plainly host, port and path is
 * refused, so that no two readers of it can disagree.
 *
 * @param host in lower case; an IPv6 literal without brackets
 * @param path canonical, {@code /} when there is none
 */
record HttpUrl(boolean secure, String host, int port, String path) {

  private static final Pattern FORM =
      Pattern.compile(
          "(https?)://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]{1,5}))?"
              + "(/[A-Za-z0-9._~!$&()*+,;=:@/-]*)?");

  /** The host as far as an authority goes, to see what else stands in it. */
  private static final Pattern AUTHORITY = Pattern.compile("[a-z]+://([^/?#]*).*");

  static HttpUrl parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException("url", Values.quoted(withoutUser(text)) + whyNot(text));
    }
    boolean secure = matcher.group(1).equals("https");
    String path = matcher.group(4) == null ? "/" : matcher.group(4);
    requireCanonical(path);
    return new HttpUrl(secure, host(matcher.group(2)), port(matcher.group(3), secure), path);
  }

  private static String host(String written) {
    String host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
    return Address.isLiteral(host) ? Address.parse(host).text() : name(host);
  }

  private static String name(String written) {
    String host = written.toLowerCase(Locale.ROOT);
    List<String> labels = List.of(host.split("\\.", -1));
    boolean valid =
        host.length() <= 253
            && labels.stream()
                .allMatch(label -> label.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"));
    if (!valid) {
      throw new InvalidValueException(
          "url", Values.quoted(written) + " is neither a DNS name nor an IP address");
    }
    // Systems read 127.1, 2130706433 or 0x7f.1 as addresses, each in its own way.
    if (labels.getLast().matches("[0-9]+|0x[0-9a-f]*")) {
      throw new InvalidValueException(
          "url", Values.quoted(written) + " is a number; write all four parts of the address");
    }
    return host;
  }

  private static int port(String text, boolean secure) {
    if (text == null) {
      return secure ? 443 : 80;
    }
    int port = Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw new InvalidValueException("url", "port is " + port + ", must be from 1 to 65535");
    }
    return port;
  }

  private static void requireCanonical(String path) {
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..") || segment.startsWith("..;")) {
        throw new InvalidValueException("url", "the path " + path + " has a dot segment");
      }
    }
    if (path.contains("//")) {
      throw new InvalidValueException("url", "the path " + path + " has a double slash");
    }
  }

  private static String whyNot(String text) {
    if (!text.startsWith("http://") && !text.startsWith("https://")) {
      return " must start with http:// or https://";
    }
    Matcher authority = AUTHORITY.matcher(text);
    if (authority.matches() && authority.group(1).indexOf('@') >= 0) {
      return " must not have a user or password; use headers of the backend";
    }
    if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
      return " must not have a query or fragment; remove it";
    }
    return " is not a URL such as http://192.0.2.7:9011";
  }

  /** A password must not reach a message. */
  private static String withoutUser(String text) {
    int at = text.lastIndexOf('@');
    return at < 0 ? text : "..." + text.substring(at);
  }
}
