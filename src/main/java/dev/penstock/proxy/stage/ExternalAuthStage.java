package dev.penstock.proxy.stage;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.AuthPolicy.FailurePolicy;
import dev.penstock.ops.AuthResult;
import dev.penstock.ops.CacheUse;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.upstream.Cluster;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * nginx's {@code auth_request}: another service decides. Any 2xx passes, 401 and 403 are returned,
 * anything else is a 503 and never reaches the backend. With the policy Open a request passes while
 * the service gives no answer or a 5xx, but not on an answer that the client may have provoked.
 */
public final class ExternalAuthStage implements Stage {

  private static final Logger LOG = LoggerFactory.getLogger(ExternalAuthStage.class);

  private static final StageResult UNAVAILABLE =
      new StageResult.Respond(503, Reason.AUTH_UNAVAILABLE, "authentication is not available now");

  private final AuthPolicy.External policy;
  private final Cluster cluster;
  private final RouteMeter meter;
  private final @Nullable AuthCache cache;
  private final Credentials credentials;
  private final List<byte[]> copiedFields;
  private final byte[] requestLine;

  /**
   * @param cache present when answers may be believed for a while; outlives a change of config
   */
  public ExternalAuthStage(
      AuthPolicy.External policy, Cluster cluster, @Nullable AuthCache cache, RouteMeter meter) {
    this.policy = policy;
    this.cluster = cluster;
    this.cache = cache;
    this.meter = meter;
    this.credentials = new Credentials(policy.requestHeaders(), policy.credentials());
    this.copiedFields = policy.responseHeaders().stream().map(Ascii::bytes).toList();
    String authority = policy.upstream().endpoints().getFirst().authority();
    this.requestLine = AuthCall.requestLine(policy.path(), authority);
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    var ambiguity = credentials.ambiguity(request.head());
    if (ambiguity != null) {
      return ambiguity;
    }
    if (cache == null) {
      call(request, verdict -> decided(request, verdict, CacheUse.NONE, later));
      return StageResult.PENDING;
    }
    AuthCache.Key key = AuthCache.key(policy, request);
    AuthVerdict known = cache.get(key);
    if (known != null) {
      return result(request, known, CacheUse.HIT);
    }
    boolean first =
        cache.await(
            key,
            request.worker().loop(),
            verdict -> decided(request, verdict, CacheUse.MISS, later));
    if (first) {
      call(request, verdict -> cache.complete(key, verdict));
    }
    return StageResult.PENDING;
  }

  private void decided(
      RequestContext request, AuthVerdict verdict, CacheUse cached, Consumer<StageResult> later) {
    if (!request.ended()) {
      later.accept(result(request, verdict, cached));
    }
  }

  private void call(RequestContext request, Consumer<AuthVerdict> then) {
    new AuthCall(policy, cluster, request, message(request), copiedFields, then).start();
  }

  private byte[] message(RequestContext request) {
    HeadBuffer message = request.worker().head();
    message.add(requestLine);
    message.field("X-Original-Method", request.head().methodName());
    message.add("X-Original-URI: ").add(request.path()).add(request.query()).crlf();
    message.field("X-Forwarded-For", request.client().forwardedFor());
    message.field("X-Forwarded-Proto", request.scheme());
    message.add("X-Forwarded-Host: ").add(request.host()).crlf();
    message.field("X-Request-Id", request.requestId());
    Fields fields = request.head().fields();
    for (byte[] name : credentials.names()) {
      int i = fields.find(name, 0);
      if (i >= 0 && believed(fields.known(i), request.client())) {
        message.add(fields.bytes(), fields.lineStart(i), fields.lineEnd(i));
      }
    }
    return message.crlf().toArray();
  }

  /** What says who the client is goes on only from whom the gateway believes it. */
  private static boolean believed(KnownField field, ClientInfo client) {
    return field != KnownField.X_REQUEST_ID
        && (field.group() != KnownField.Group.IDENTITY || client.trustedPeer());
  }

  private StageResult result(RequestContext request, AuthVerdict verdict, CacheUse cached) {
    return switch (verdict) {
      case AuthVerdict.Allowed(AsciiString fields) -> {
        meter.authenticated(AuthResult.ALLOWED, cached);
        yield pass(request, fields);
      }
      case AuthVerdict.Denied(int status, var fields) -> {
        meter.authenticated(AuthResult.DENIED, cached);
        yield status == 401
            ? new StageResult.Respond(
                401, Reason.UNAUTHORIZED, "a valid API key is required", fields)
            : new StageResult.Respond(403, Reason.FORBIDDEN, "this key may not do that");
      }
      case AuthVerdict.Unusable(String detail) -> {
        unavailable(request, detail, cached);
        yield UNAVAILABLE;
      }
      case AuthVerdict.Unavailable(String detail) -> {
        unavailable(request, detail, cached);
        yield policy.failurePolicy() == FailurePolicy.OPEN
            ? pass(request, AsciiString.EMPTY_STRING)
            : UNAVAILABLE;
      }
    };
  }

  private void unavailable(RequestContext request, String detail, CacheUse cached) {
    meter.authenticated(AuthResult.UNAVAILABLE, cached);
    LOG.debug("{}: {}", request.requestId(), detail);
  }

  private StageResult pass(RequestContext request, AsciiString lines) {
    Fields fields = request.head().fields();
    credentials.strip(fields);
    // Whatever the auth service did not say of the client, the client may not say itself.
    for (byte[] name : copiedFields) {
      for (int i = fields.find(name, 0); i >= 0; i = fields.find(name, i + 1)) {
        fields.drop(i);
      }
    }
    request.upstreamFields().add(lines);
    return StageResult.CONTINUE;
  }
}
