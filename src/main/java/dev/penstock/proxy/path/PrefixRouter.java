package dev.penstock.proxy.path;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Route;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the route of a request: an exact host before the longest wildcard before any host, there
 * the longest segment prefix; {@code /stt} matches {@code /stt} and {@code /stt/...}, not {@code
 * /sttx}. A host whose own routes do not match falls back to the less exact ones.
 *
 * @param <T> what a route is compiled into
 */
public final class PrefixRouter<T> {

  private final Map<AsciiString, PathTable<T>> exact = new HashMap<>();

  /** By what follows the asterisk, with its dot. */
  private final Map<AsciiString, PathTable<T>> wildcards = new HashMap<>();

  private final PathTable<T> any;

  private PrefixRouter(Map<String, Map<String, T>> byHost) {
    byHost.forEach(
        (host, targets) -> {
          if (host.startsWith("*.")) {
            wildcards.put(new AsciiString(host.substring(1)), new PathTable<>(targets));
          } else if (!host.equals(HostPatterns.ANY)) {
            exact.put(new AsciiString(host), new PathTable<>(targets));
          }
        });
    any = new PathTable<>(byHost.getOrDefault(HostPatterns.ANY, Map.of()));
  }

  /** Compiles the routes of a gateway. */
  public static <T> PrefixRouter<T> of(GatewayConfig gateway, Function<Route, T> compile) {
    return of(gateway.hostnames(), gateway.routes(), Route::hostnames, Route::path, compile);
  }

  /** The same for whatever has host names (none: the gateway's) and a prefix. */
  public static <R, T> PrefixRouter<T> of(
      List<String> gatewayHostnames,
      List<R> routes,
      Function<R, List<String>> hostnames,
      Function<R, String> prefix,
      Function<R, T> compile) {
    var claims = new ArrayList<Claim<T>>();
    for (R route : routes) {
      T target = compile.apply(route);
      for (var host : HostPatterns.effective(gatewayHostnames, hostnames.apply(route))) {
        claims.add(new Claim<>(host, prefix.apply(route), target));
      }
    }
    // Where two claim the same host and prefix, the one that names the host itself keeps it.
    claims.sort(Comparator.comparing(claim -> claim.host.origin()));
    var byHost = new HashMap<String, Map<String, T>>();
    for (var claim : claims) {
      byHost
          .computeIfAbsent(claim.host.pattern(), _ -> new HashMap<>())
          .putIfAbsent(claim.prefix, claim.target);
    }
    return new PrefixRouter<>(byHost);
  }

  private record Claim<T>(HostPatterns.Effective host, String prefix, T target) {}

  /**
   * The target for a host in lower case and a canonical path; empty for a host that the gateway
   * does not answer for as for a path without a route. Allocates nothing unless there are
   * wildcards.
   */
  public Optional<T> find(AsciiString host, AsciiString path) {
    byte[] buf = path.array();
    int start = path.arrayOffset();
    int end = start + path.length();
    PathTable<T> own = exact.get(host);
    Optional<T> found = own == null ? Optional.empty() : own.find(buf, start, end);
    if (found.isEmpty() && !wildcards.isEmpty()) {
      found = findByWildcard(host, buf, start, end);
    }
    return found.isEmpty() ? any.find(buf, start, end) : found;
  }

  private Optional<T> findByWildcard(AsciiString host, byte[] buf, int start, int end) {
    // From the left, so that the longest suffix comes first; a wildcard stands for a label at
    // least.
    for (int dot = host.indexOf('.', 1); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      PathTable<T> table = wildcards.get(host.subSequence(dot, host.length(), false));
      Optional<T> found = table == null ? Optional.empty() : table.find(buf, start, end);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The same for text, for tools and tests. */
  public Optional<T> find(String host, String path) {
    return find(new AsciiString(host), new AsciiString(path));
  }
}
