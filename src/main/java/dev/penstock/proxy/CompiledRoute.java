package dev.penstock.proxy;

import dev.penstock.model.Route;
import dev.penstock.model.Timeouts;
import dev.penstock.model.Upstream;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.path.PathRewrite;
import dev.penstock.proxy.stage.Stage;
import dev.penstock.proxy.upstream.Cluster;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * A route made ready: nothing about it is worked out again for each request.
 *
 * @param stages what a request passes, in this order, before it is forwarded
 * @param hostLine the whole Host field line towards the backend
 * @param waiting how requests wait for the backend
 */
record CompiledRoute(
    Route route,
    String service,
    List<Stage> stages,
    Cluster cluster,
    PathRewrite rewrite,
    Redirects redirects,
    AsciiString hostLine,
    int connectTimeoutMillis,
    long firstByteNanos,
    long idleNanos,
    long maxBodyBytes,
    Waiting waiting,
    RouteMeter meter) {

  private static final AsciiString OPENAI_PREFIX = AsciiString.cached("/v1/");

  static CompiledRoute of(
      Route route, List<Stage> stages, Cluster cluster, Waiting waiting, RouteMeter meter) {
    Timeouts timeouts = route.timeouts();
    return new CompiledRoute(
        route,
        route.service().toString(),
        List.copyOf(stages),
        cluster,
        new PathRewrite(route.path(), route.rewrite()),
        Redirects.of(route),
        hostLine(route.upstream()),
        Math.clamp(timeouts.connect().toMillis(), 1, Integer.MAX_VALUE),
        timeouts.firstByte().toNanos(),
        timeouts.idle().toNanos(),
        route.maxBodySize().unlimited() ? Long.MAX_VALUE : route.maxBodySize().bytes(),
        waiting,
        meter);
  }

  private static AsciiString hostLine(Upstream upstream) {
    return upstream.isMissing()
        ? AsciiString.EMPTY_STRING
        : AsciiString.of("Host: " + upstream.endpoints().getFirst().authority() + "\r\n");
  }

  /** Whether the backend speaks HTTP/2. */
  boolean multiplexes() {
    return route.upstream().protocol() == Upstream.Protocol.H2C;
  }

  /** Whether an error is told as OpenAI's clients expect it. */
  boolean speaksOpenAi(AsciiString path) {
    return rewrite.apply(path).startsWith(OPENAI_PREFIX);
  }
}
