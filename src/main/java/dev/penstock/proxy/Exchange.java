package dev.penstock.proxy;

import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.Method;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.http.Upgrade;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.RequestContext;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.tunnel.Tunnel;
import dev.penstock.proxy.upstream.Acquisition;
import dev.penstock.proxy.upstream.UpstreamConnection;
import dev.penstock.proxy.upstream.UpstreamFailure;
import dev.penstock.proxy.upstream.UpstreamListener;
import dev.penstock.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through: stages, connection, body up, answer down, end. Knows nothing of
 * the client's protocol. Lives on one event loop; however it ends, {@link #finish} runs once.
 */
final class Exchange implements UpstreamListener, Acquisition.Outcome {

  /** A held request has bounds of its own, which are nearer. */
  private static final long HELD_NANOS = TimeUnit.DAYS.toNanos(30);

  private final ClientStream client;
  private final RequestContext request;
  private final CompiledRoute route;
  private final ExchangeRecord record;
  private final RequestBody body;
  private final @Nullable ColdHold hold;
  private final boolean repeatable;
  private final long clientStallNanos;
  private final Optional<Upgrade> upgrade;
  private @Nullable Tunnel tunnel;
  private @Nullable Acquisition acquisition;
  private @Nullable UpstreamStream connection;
  private @Nullable Future<?> totalTimeout;
  private boolean responseStarted;
  private boolean responsePaused;
  private long pausedAtBytes;
  private boolean retried;
  private boolean finished;

  /**
   * @param clientStallNanos how long a client may leave its answer untaken
   */
  Exchange(
      ClientStream client,
      RequestContext request,
      CompiledRoute route,
      ExchangeRecord record,
      long clientStallNanos) {
    this.request = request;
    this.route = route;
    this.record = record;
    this.clientStallNanos = clientStallNanos;
    this.upgrade = route.multiplexes() ? Optional.empty() : Upgrade.asked(request.head());
    this.repeatable = repeatable(request.head());
    this.hold = hold();
    this.client = HeartbeatStream.around(client, this);
    this.body =
        new RequestBody(
            this.client,
            record,
            request.worker().head(),
            request.head().bodyLength() == 0,
            repeatable || hold != null || route.multiplexes());
  }

  private @Nullable ColdHold hold() {
    var gate = route.waiting().gate();
    return gate == null ? null : new ColdHold(gate, request, () -> acquire(false), this::endWith);
  }

  /** Whether it may be sent twice without a word of the backend that it did nothing. */
  private static boolean repeatable(RequestHead head) {
    return head.method().idempotent() || head.fields().find(KnownField.IDEMPOTENCY_KEY) >= 0;
  }

  RequestContext request() {
    return request;
  }

  ExchangeRecord record() {
    return record;
  }

  CompiledRoute route() {
    return route;
  }

  /** Asks the stages one after the other, then forwards. */
  void start() {
    route.meter().enter();
    if (route.route().concurrency().isPresent()) {
      request.abortBy(this::endWith);
    }
    route
        .route()
        .timeouts()
        .request()
        .map(Duration::toNanos)
        .ifPresent(
            nanos ->
                totalTimeout =
                    request
                        .worker()
                        .loop()
                        .schedule(
                            () -> timeOut(Reason.REQUEST_TIMEOUT, "the request took too long"),
                            nanos,
                            TimeUnit.NANOSECONDS));
    ask(0);
  }

  private void ask(int first) {
    for (int i = first; i < route.stages().size(); i++) {
      int next = i + 1;
      StageResult result = route.stages().get(i).apply(request, later -> resume(later, next));
      if (result instanceof StageResult.Respond respond) {
        answer(respond);
        return;
      }
      if (result instanceof StageResult.Pending) {
        return;
      }
    }
    forward(false);
  }

  private void resume(StageResult result, int next) {
    if (finished) {
      return;
    }
    if (result instanceof StageResult.Respond respond) {
      answer(respond);
    } else {
      ask(next);
    }
    flush();
  }

  private void forward(boolean fresh) {
    if (hold == null || hold.mayForward()) {
      acquire(fresh);
    }
  }

  private void acquire(boolean fresh) {
    acquisition =
        route.cluster().acquire(request.worker(), route.connectTimeoutMillis(), fresh, this, this);
  }

  @Override
  public void connected(UpstreamStream leased) {
    acquisition = null;
    connection = leased;
    record.upstream(leased.address());
    if (request.head().method() == Method.HEAD) {
      leased.expectNoBody();
    }
    if (upgrade.isPresent() && leased instanceof UpstreamConnection http1) {
      http1.expectUpgrade(upgrade.get(), this::onUpgrade);
    }
    leased.head(UpstreamHead.write(request, route, upgrade), request.head().bodyLength());
    if (connection == leased) {
      body.begin(leased);
    }
    if (hold != null) {
      hold.sent();
    }
    armDeadline();
    flush();
  }

  @Override
  public void unreachable(UpstreamFailure failure, String detail) {
    acquisition = null;
    route.meter().connectFailed();
    var unreachable = Unreachable.of(route.route().upstream(), failure);
    if (hold != null && hold.takes(unreachable)) {
      holdBack();
      return;
    }
    record.detail(detail);
    answer(unreachable.answer());
    flush();
  }

  /** Some of the request's body; takes over the buffer. */
  void onRequestData(ByteBuf data) {
    UpstreamStream up = connection;
    long bytes = body.arrived(data.readableBytes());
    if (up == null || finished) {
      data.release();
    } else if (bytes > route.maxBodyBytes()) {
      data.release();
      tooLarge();
    } else {
      body.send(up, data);
      pauseBodyIfFull(up);
    }
  }

  /** Some of the request's body that stays in the kernel; takes it over. */
  void onRequestSpliced(FileRegion part) {
    UpstreamStream up = connection;
    body.arrived(part.count());
    if (up == null || finished) {
      part.release();
    } else {
      up.spliced(part);
      pauseBodyIfFull(up);
    }
  }

  private void pauseBodyIfFull(UpstreamStream up) {
    if (!up.isWritable()) {
      up.flush();
    }
    if (!up.isWritable() && connection == up) {
      body.pause();
    }
    armDeadline();
  }

  /** The request's body is whole. */
  void onRequestEnd(@Nullable Fields trailers) {
    body.complete(connection, trailers);
    armDeadline();
  }

  private void tooLarge() {
    String detail = "the request body is larger than " + route.route().maxBodySize();
    dropUpstream();
    if (responseStarted) {
      breakOff(Reason.BODY_TOO_LARGE);
    } else {
      answer(413, Reason.BODY_TOO_LARGE, detail);
    }
  }

  @Override
  public void onInformational(ResponseHead head) {
    client.informational(head);
  }

  @Override
  public void onHead(ResponseHead head) {
    if (hold != null && hold.takes(head, body.repeatable())) {
      holdBack();
      return;
    }
    answerBegins(head);
    client.head(head, this);
    Channel target = client.spliceTarget();
    if (target != null && connection != null) {
      connection.spliceTo(target);
    }
    armDeadline();
  }

  private void answerBegins(ResponseHead head) {
    responseStarted = true;
    record.firstByte();
    record.status(head.status());
    body.forget();
    if (route.route().cors().isPresent()) {
      head.fields().dropAll(KnownField.ACCESS_CONTROL);
    }
    route.redirects().turn(head.fields(), request.responseFields());
  }

  private void onUpgrade(UpstreamConnection up, ResponseHead head, String protocol) {
    connection = null;
    if (hold != null) {
      hold.answered();
    }
    answerBegins(head);
    var opened =
        new Tunnel(request.worker().loop(), protocol, route.idleNanos(), this::tunnelEnded);
    tunnel = opened;
    up.handOver(opened.backend());
    client.upgraded(head, this, opened);
  }

  private void tunnelEnded(Reason reason, long toBackend, long toClient) {
    record.requestBytes(toBackend);
    end();
    record.finish(reason, toClient);
  }

  /** The request is held until the backend is up, and then sent again from its begin. */
  private void holdBack() {
    dropUpstream();
    body.startOver();
    client.setDeadline(HELD_NANOS);
  }

  @Override
  public void onData(ByteBuf data) {
    client.data(data);
    pauseAnswerIfFull();
  }

  @Override
  public void onSpliced(FileRegion part) {
    client.spliced(part);
    pauseAnswerIfFull();
  }

  private void pauseAnswerIfFull() {
    if (!client.isWritable()) {
      client.flush();
    }
    if (!client.isWritable() && connection != null) {
      responsePaused = true;
      pausedAtBytes = client.bytesBeforeWritable();
      connection.setReading(false);
    }
    armDeadline();
  }

  @Override
  public void onEnd(@Nullable Fields trailers) {
    UpstreamStream up = connection;
    connection = null;
    if (up != null && body.ended()) {
      up.release();
    } else if (up != null) {
      up.abort();
    }
    finish(Reason.NONE);
    client.end(trailers);
    client.flush();
  }

  @Override
  public void onFailure(UpstreamFailure failure, String detail) {
    boolean reused = connection != null && !connection.firstUse();
    connection = null;
    boolean safe =
        failure == UpstreamFailure.NOT_PROCESSED
            || (failure == UpstreamFailure.CLOSED_EARLY && reused && repeatable);
    if (safe && mayRetry()) {
      retried = true;
      body.startOver();
      forward(true);
      return;
    }
    record.detail(detail);
    if (responseStarted) {
      breakOff(
          failure == UpstreamFailure.GARBAGE ? Reason.UPSTREAM_INVALID : Reason.UPSTREAM_TRUNCATED);
    } else if (failure == UpstreamFailure.GARBAGE) {
      answer(502, Reason.UPSTREAM_INVALID, "the backend's answer is not valid HTTP");
    } else {
      answer(502, Reason.UPSTREAM_CLOSED, "the backend closed the connection before it answered");
    }
    flush();
  }

  private boolean mayRetry() {
    return !finished && !retried && !responseStarted && body.repeatable();
  }

  @Override
  public void onWritabilityChanged() {
    if (body.paused() && connection != null && connection.isWritable()) {
      body.resume();
      armDeadline();
      flush();
    }
  }

  @Override
  public void onReadComplete() {
    flush();
  }

  /** The client's side takes or no longer takes more. */
  void onClientWritabilityChanged() {
    if (responsePaused && client.isWritable() && connection != null) {
      responsePaused = false;
      connection.setReading(true);
      armDeadline();
    }
  }

  /** The client has left: whatever works for it stops. */
  void onClientClosed() {
    if (!responseStarted) {
      record.status(499);
    }
    dropUpstream();
    finish(Reason.CLIENT_CLOSED);
  }

  /** Sends what was written to either side. */
  void flush() {
    if (connection != null) {
      connection.flush();
    }
    client.flush();
  }

  private void armDeadline() {
    if (finished) {
      return;
    }
    if (responseStarted) {
      client.setDeadline(responsePaused ? clientStallNanos : route.idleNanos());
    } else {
      client.setDeadline(body.ended() ? route.firstByteNanos() : route.idleNanos());
    }
  }

  /** The time for the next step is over. */
  void deadlinePassed() {
    if (responsePaused && client.bytesBeforeWritable() < pausedAtBytes) {
      // Slow, but it goes on.
      pausedAtBytes = client.bytesBeforeWritable();
      armDeadline();
    } else if (responseStarted) {
      dropUpstream();
      breakOff(responsePaused ? Reason.CLIENT_STALLED : Reason.UPSTREAM_STALLED);
    } else if (body.ended()) {
      timeOut(Reason.UPSTREAM_TIMEOUT, "the backend did not answer in time");
    } else if (body.paused()) {
      timeOut(Reason.UPSTREAM_STALLED, "the backend did not take the request in time");
    } else {
      dropUpstream();
      answer(408, Reason.BODY_TIMEOUT, "the request body did not arrive in time");
      flush();
    }
  }

  /** The request's body is malformed. */
  void onBadBody(int status, String detail) {
    dropUpstream();
    if (responseStarted) {
      breakOff(Reason.BAD_REQUEST);
    } else {
      answer(status, Reason.BAD_REQUEST, detail);
      flush();
    }
  }

  /** The proxy gives it up. */
  void cutOff(StageResult.Respond why) {
    endWith(why);
  }

  /** Bytes of the request that the backend has not taken. */
  long heldForBackend() {
    return connection == null ? 0 : connection.pending();
  }

  private void timeOut(Reason reason, String detail) {
    endWith(new StageResult.Respond(504, reason, detail));
  }

  /** Stops where it is: with this answer, or broken off where one has begun. */
  private void endWith(StageResult.Respond respond) {
    if (finished) {
      return;
    }
    if (tunnel != null) {
      tunnel.abort(respond.reason());
      return;
    }
    dropUpstream();
    if (responseStarted) {
      breakOff(respond.reason());
    } else {
      answer(respond);
      flush();
    }
  }

  private void answer(int status, Reason reason, String detail) {
    answer(new StageResult.Respond(status, reason, detail));
  }

  private void answer(StageResult.Respond respond) {
    if (!finished) {
      record.status(respond.status());
      end();
      client.answer(respond, this);
      record.finish(respond.reason(), client.bodyBytesWritten());
    }
  }

  private void breakOff(Reason reason) {
    if (!finished) {
      finish(reason);
      client.abort();
    }
  }

  private void dropUpstream() {
    if (acquisition != null) {
      acquisition.cancel();
      acquisition = null;
    }
    if (connection != null) {
      connection.abort();
      connection = null;
    }
  }

  private void finish(Reason reason) {
    if (!finished) {
      end();
      record.finish(reason, client.bodyBytesWritten());
    }
  }

  private void end() {
    finished = true;
    request.end();
    if (hold != null) {
      hold.end();
    }
    if (totalTimeout != null) {
      totalTimeout.cancel(false);
    }
    body.forget();
    route.meter().leave();
  }
}
