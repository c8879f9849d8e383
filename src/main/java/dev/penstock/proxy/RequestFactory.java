package dev.penstock.proxy;

import dev.penstock.ops.AccessLog;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.client.ClientAddress;
import dev.penstock.proxy.client.ClientCount;
import dev.penstock.proxy.client.PeerHandler;
import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.Method;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.path.Authority;
import dev.penstock.proxy.path.RequestPath;
import dev.penstock.proxy.path.RequestTarget;
import dev.penstock.proxy.stage.ClientInfo;
import dev.penstock.proxy.stage.HttpsRedirectStage;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.RequestContext;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.upstream.Worker;
import io.netty.channel.Channel;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Turns a request's head into an exchange on its route, or into the answer that it gets instead.
 */
final class RequestFactory {

  private final Supplier<Snapshot> snapshots;
  private final AccessLog log;
  private final HttpsRedirectStage redirect;
  private final boolean secure;
  private final ClientCount clients;
  private final LoadShedding shedding;

  /**
   * @param secure whether the listener speaks TLS
   * @param clients counts who asks
   * @param shedding whether there is memory for more
   */
  RequestFactory(
      Supplier<Snapshot> snapshots,
      AccessLog log,
      HttpsRedirectStage redirect,
      boolean secure,
      ClientCount clients,
      LoadShedding shedding) {
    this.snapshots = snapshots;
    this.log = log;
    this.redirect = redirect;
    this.secure = secure;
    this.clients = clients;
    this.shedding = shedding;
  }

  /** What a request becomes. */
  sealed interface Result {}

  record Forward(Exchange exchange) implements Result {}

  record Answer(StageResult.Respond respond, ExchangeRecord record) implements Result {}

  private record Target(AsciiString host, RequestPath.Valid path, boolean absolute) {}

  Snapshot snapshot() {
    return snapshots.get();
  }

  /**
   * @throws BadMessageException for a target or Host that has no one meaning
   */
  Result create(
      Snapshot snapshot, Channel channel, Worker worker, RequestHead head, ClientStream client)
      throws BadMessageException {
    if (head.method() == Method.CONNECT || head.method() == Method.TRACE) {
      client.closeAfterAnswer();
      return new Answer(
          methodNotAllowed(), malformed(channel, client.startNanos(), client.httpVersion()));
    }
    Target target = target(head);
    ClientInfo who = client(snapshot, channel, head.fields());
    clients.seen(who.address());
    var request =
        new RequestContext(
            worker,
            head,
            who,
            target.host(),
            target.path().path(),
            target.path().query(),
            requestId(head.fields(), who),
            target.absolute());
    if (snapshot.terminatesTls()
        && redirect.apply(request, later -> {}) instanceof StageResult.Respond respond) {
      return answer(snapshot, request, client, respond);
    }
    Optional<CompiledRoute> route = snapshot.router().find(target.host(), target.path().path());
    if (route.isEmpty()) {
      return answer(
          snapshot,
          request,
          client,
          new StageResult.Respond(404, Reason.NO_ROUTE, "no service is at this host and path"));
    }
    return forward(snapshot, request, route.get(), client);
  }

  private Result forward(
      Snapshot snapshot, RequestContext request, CompiledRoute route, ClientStream client) {
    var record = record(request, route.meter(), route.service(), client);
    if (shedding.on()) {
      return new Answer(LoadShedding.refusal(), record);
    }
    long stall = snapshot.config().limits().idleTimeout().toNanos();
    return new Forward(new Exchange(client, request, route, record, stall));
  }

  private Answer answer(
      Snapshot snapshot, RequestContext request, ClientStream client, StageResult.Respond respond) {
    return new Answer(respond, record(request, snapshot.noRoute(), "", client));
  }

  private ExchangeRecord record(
      RequestContext request, RouteMeter meter, String service, ClientStream client) {
    return new ExchangeRecord(
        log,
        meter,
        client.startNanos(),
        service,
        request.requestId(),
        request.client().text(),
        secure,
        client.httpVersion(),
        request);
  }

  /** The record of a request that could not be read. */
  ExchangeRecord malformed(Channel channel, long startNanos, String httpVersion) {
    String client = PeerHandler.peer(channel).toString();
    return new ExchangeRecord(
        log,
        snapshot().noRoute(),
        startNanos,
        "",
        RequestIds.next(),
        client,
        secure,
        httpVersion,
        null);
  }

  private static Target target(RequestHead head) throws BadMessageException {
    boolean options = head.method() == Method.OPTIONS;
    return switch (RequestTarget.parse(
        head.bytes(), head.targetStart(), head.targetEnd(), options)) {
      case RequestTarget.Origin(RequestPath.Valid path) -> new Target(host(head), path, false);
      case RequestTarget.Absolute(var _, Authority.Valid authority, RequestPath.Valid path) -> {
        host(head);
        yield new Target(authority.host(), path, true);
      }
      case RequestTarget.Asterisk _ ->
          throw new BadMessageException("OPTIONS * has no service to ask");
      case RequestTarget.Invalid invalid ->
          throw new BadMessageException(invalid.problem().message());
    };
  }

  private static AsciiString host(RequestHead head) throws BadMessageException {
    Fields fields = head.fields();
    int i = fields.find(KnownField.HOST);
    if (i < 0) {
      return AsciiString.EMPTY_STRING;
    }
    return switch (Authority.parse(fields.bytes(), fields.valueStart(i), fields.valueEnd(i))) {
      case Authority.Valid valid -> valid.host();
      case Authority.Invalid invalid -> throw new BadMessageException(invalid.problem().message());
    };
  }

  private ClientInfo client(Snapshot snapshot, Channel channel, Fields fields) {
    ClientAddress peer = PeerHandler.peer(channel);
    int prefix = snapshot.config().clientIp().ipv6PrefixLength();
    if (!snapshot.trusted().contains(peer)) {
      String text = peer.toString();
      return new ClientInfo(peer.identity(prefix), text, text, false, secure);
    }
    List<String> chain = new ArrayList<>();
    for (int i = fields.find(KnownField.X_FORWARDED_FOR);
        i >= 0;
        i = fields.find(KnownField.X_FORWARDED_FOR, i + 1)) {
      chain.add(fields.value(i));
    }
    ClientAddress named = snapshot.forwardedFor().client(peer, chain);
    chain.add(peer.toString());
    return new ClientInfo(
        named.identity(prefix), named.toString(), String.join(", ", chain), true, secure);
  }

  private static String requestId(Fields fields, ClientInfo who) {
    String sent = who.trustedPeer() ? fields.first(KnownField.X_REQUEST_ID) : null;
    return sent != null && RequestIds.acceptable(sent) ? sent : RequestIds.next();
  }

  private static StageResult.Respond methodNotAllowed() {
    return new StageResult.Respond(
        405,
        Reason.METHOD_NOT_ALLOWED,
        "CONNECT and TRACE are not served",
        List.of(Map.entry("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")));
  }
}
