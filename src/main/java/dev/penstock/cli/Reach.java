package dev.penstock.cli;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;
import dev.penstock.model.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Under which URLs a running gateway is reached from this machine.
 *
 * @param scheme of the listener that serves, not of the one that redirects
 */
record Reach(String scheme, InetSocketAddress address) {

  /** Absent when the listener that would serve is turned off. */
  static Optional<Reach> of(GatewayConfig config, RunningProxy proxy) {
    return config.tls().mode() == Tls.Mode.TERMINATE
        ? proxy.httpsAddress().map(address -> new Reach("https", address))
        : proxy.httpAddress().map(address -> new Reach("http", address));
  }

  String url(GatewayConfig config, Route route) {
    return scheme + "://" + host(config, route) + port() + route.path();
  }

  /** The name a client has to ask for; {@code localhost} where any will do. */
  String host(GatewayConfig config, Route route) {
    List<String> names = route.hostnames().isEmpty() ? config.hostnames() : route.hostnames();
    return names.isEmpty() ? local(address.getAddress()) : names.getFirst().replace("*", "any");
  }

  /** Whether a client finds the gateway under that name without help, as far as one can know. */
  boolean needsResolve(GatewayConfig config, Route route) {
    return !host(config, route).equals(local(address.getAddress()));
  }

  /** For curl: {@code --resolve NAME:PORT:ADDRESS}. */
  String resolve(GatewayConfig config, Route route) {
    InetAddress bound = address.getAddress();
    String target = bound.isAnyLocalAddress() ? "127.0.0.1" : literal(bound);
    return "--resolve " + host(config, route) + ":" + address.getPort() + ":" + target;
  }

  static String url(String scheme, InetSocketAddress address) {
    return scheme + "://" + local(address.getAddress()) + ":" + address.getPort();
  }

  private String port() {
    boolean usual = address.getPort() == (scheme.equals("https") ? 443 : 80);
    return usual ? "" : ":" + address.getPort();
  }

  private static String local(InetAddress bound) {
    return bound.isAnyLocalAddress() || bound.isLoopbackAddress() ? "localhost" : literal(bound);
  }

  private static String literal(InetAddress bound) {
    String text = bound.getHostAddress();
    return text.indexOf(':') >= 0 ? "[" + text + "]" : text;
  }
}
