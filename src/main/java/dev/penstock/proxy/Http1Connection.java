package dev.penstock.proxy;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.BodyDecoder;
import dev.penstock.proxy.http.BodySink;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadReader;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.io.Faults;
import dev.penstock.proxy.io.SocketIo;
import dev.penstock.proxy.io.Splicing;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.StageResult;
import dev.penstock.proxy.tunnel.Tunnel;
import dev.penstock.proxy.upstream.DeadlineTimer;
import dev.penstock.proxy.upstream.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FileRegion;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an HTTP/1.1 connection: requests one after the other, strictly delimited
 * (RFC 9112). What is malformed is answered and ends the connection; nothing behind it is read as a
 * request.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter
    implements BodySink, Splicing.Body, ClientConnection {

  /** Where reading ahead of a request that waits ends; one read may go beyond it. */
  private static final int MAX_HELD = 16 * 1024;

  private final Channel channel;
  private final Worker worker;
  private final RequestFactory requests;
  private final Http1Responder responder;
  private final DeadlineTimer timer;
  private final RequestHead head = new RequestHead();
  private final BodyDecoder body = new BodyDecoder();
  private final Splicing splicing;
  private HeadReader reader;
  private Snapshot snapshot;
  private @Nullable Exchange exchange;
  private @Nullable ByteBuf held;
  private @Nullable Tunnel tunnel;
  private boolean bodyWanted;
  private boolean bodyPaused;
  private boolean processing;
  private boolean stopping;

  Http1Connection(Channel channel, Worker worker, RequestFactory requests) {
    this.channel = channel;
    this.worker = worker;
    this.requests = requests;
    this.snapshot = requests.snapshot();
    this.reader = newReader(snapshot);
    this.timer = new DeadlineTimer(channel.eventLoop(), this::deadlinePassed);
    this.responder = new Http1Responder(channel, worker, this);
    this.splicing = new Splicing(channel, this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    awaitRequest();
  }

  @Override
  public Worker worker() {
    return worker;
  }

  RequestHead requestHead() {
    return head;
  }

  /** Whether the connection can serve another request after this answer. */
  boolean canContinue() {
    return !stopping
        && !responder.closing()
        && head.keepAlive()
        && (body.done() || responder.worthDraining(body.remaining(), head.expectContinue()));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (!channel.config().isAutoRead() && SocketIo.peerHasLeft(channel)) {
      in.release();
      channel.close();
      return;
    }
    if (responder.closing()) {
      responder.discard(in);
      return;
    }
    if (held != null) {
      holdMore(held, in);
      return;
    }
    try {
      process(in);
      hold(in);
    } finally {
      in.release();
    }
    splicing.run();
  }

  private void process(ByteBuf in) {
    processing = true;
    try {
      while (in.isReadable() && !responder.closing()) {
        if (exchange == null && !responder.draining()) {
          // Answers that a client does not take must not pile up: no next request until it does.
          if (!(channel.isWritable() || reader.started()) || !readHead(in)) {
            return;
          }
        } else if (body.done() || !(bodyWanted || responder.draining())) {
          return;
        } else {
          body.decode(in, this);
        }
      }
    } catch (BadMessageException e) {
      refuse(e);
    } finally {
      processing = false;
    }
  }

  /**
   * Keeps what cannot be taken now. A little more is read, for only who reads learns that a client
   * has left; then the client is not read from until what is held can be taken.
   */
  private void hold(ByteBuf in) {
    if (in.isReadable() && !responder.closing()) {
      held = in.retain();
      readWhileFewHeld(in);
    }
  }

  private void holdMore(ByteBuf before, ByteBuf in) {
    CompositeByteBuf all =
        before instanceof CompositeByteBuf composite
            ? composite
            : channel.alloc().compositeBuffer(16).addComponent(true, before);
    held = all.addComponent(true, in);
    readWhileFewHeld(all);
  }

  private void readWhileFewHeld(ByteBuf all) {
    channel.config().setAutoRead(!bodyPaused && all.readableBytes() < MAX_HELD);
  }

  /** Lets what is left of the body stay in the kernel on its way to that channel, if it can. */
  void spliceBodyTo(Channel backend) {
    splicing.begin(backend, body.remaining());
  }

  private void resumeSplicing() {
    splicing.run();
    if (bodyWanted && held == null) {
      channel.config().setAutoRead(true);
    }
    flush();
  }

  private void takeUpHeld() {
    ByteBuf in = held;
    if (in == null || processing) {
      return;
    }
    held = null;
    try {
      process(in);
      hold(in);
    } finally {
      in.release();
    }
    if (held == null && !bodyPaused) {
      channel.config().setAutoRead(true);
    }
  }

  private boolean readHead(ByteBuf in) throws BadMessageException {
    boolean first = !reader.started();
    if (first) {
      responder.begin(System.nanoTime());
    }
    reader.skipEmptyLine(in);
    if (!reader.read(in)) {
      if (first && reader.started()) {
        timer.set(snapshot.config().limits().headerTimeout().toNanos());
      }
      return false;
    }
    timer.clear();
    head.parse(
        reader.bytes(),
        reader.startLineEnd(),
        reader.length(),
        snapshot.config().limits().maxHeaders());
    body.start(head.bodyLength());
    bodyWanted = false;
    bodyPaused = false;
    start();
    return true;
  }

  private void start() throws BadMessageException {
    // Not the one of when the connection fell idle: a key may have been taken back since.
    switch (requests.create(requests.snapshot(), channel, worker, head, responder)) {
      case RequestFactory.Forward(Exchange created) -> {
        exchange = created;
        // Nothing more is awaited from the client: what the stages wait for has its own bounds.
        timer.clear();
        created.start();
      }
      case RequestFactory.Answer(StageResult.Respond respond, ExchangeRecord record) ->
          responder.answerAlone(respond, record);
    }
  }

  private void refuse(BadMessageException e) {
    if (responder.closing()) {
      return; // already answered, by the bytes before in the same read
    }
    if (exchange != null) {
      responder.closeAfterAnswer();
      exchange.onBadBody(e.status(), e.detail());
    } else if (responder.draining()) {
      responder.close();
    } else {
      responder.closeAfterAnswer();
      Reason reason = e.status() == 408 ? Reason.HEADER_TIMEOUT : Reason.BAD_REQUEST;
      var respond = new StageResult.Respond(e.status(), reason, e.detail());
      responder.answerAlone(respond, requests.malformed(channel, responder.startNanos(), "1.1"));
    }
    responder.flush();
  }

  @Override
  public void onData(ByteBuf data) {
    if (exchange != null) {
      exchange.onRequestData(data);
    } else {
      data.release();
    }
  }

  @Override
  public long spliceable() {
    return bodyWanted && held == null ? body.remaining() : 0;
  }

  @Override
  public void onSpliced(FileRegion part) {
    body.skip(part.count());
    if (exchange != null) {
      exchange.onRequestSpliced(part);
    } else {
      part.release();
    }
    if (body.done()) {
      onEnd(null);
    }
  }

  @Override
  public void onEnd(@Nullable Fields trailers) {
    splicing.end();
    if (exchange != null) {
      // Trailers of HTTP/1.1 clients end here, but for backends where they cannot be lost or
      // merged.
      if (trailers != null && exchange.route().multiplexes()) {
        exchange.onRequestEnd(trailers.copy());
      } else {
        exchange.onRequestEnd(null);
      }
    } else if (responder.draining()) {
      awaitRequest();
    }
  }

  /** The exchange wants the body, or a pause of it. */
  void readBody(boolean wanted) {
    bodyWanted = wanted;
    bodyPaused = !wanted;
    if (!wanted) {
      channel.config().setAutoRead(false);
    } else if (held != null) {
      takeUpHeld();
    } else if (splicing.begun()) {
      // Not at once: this may be within a flush of the very channel that would be written to.
      channel.eventLoop().execute(this::resumeSplicing);
    } else if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /** The answer is written: the next request, or the rest of this one's body first. */
  void answered() {
    splicing.end();
    exchange = null;
    bodyPaused = false;
    if (responder.closing()) {
      releaseHeld();
      channel.config().setAutoRead(true);
    } else if (body.done()) {
      awaitRequest();
    } else {
      responder.drain();
      timer.set(Http1Responder.LINGER_NANOS);
    }
    if (!processing) {
      takeUpHeld();
      if (held == null && !channel.config().isAutoRead()) {
        channel.config().setAutoRead(true);
      }
    }
  }

  /**
   * The backend has switched protocols. What came behind the request was held until now, for it
   * would have been the next request after any other answer.
   */
  void handOver(Tunnel to) {
    ByteBuf early = held;
    held = null;
    tunnel = to;
    timer.cancel();
    channel.pipeline().replace(this, null, to.client());
    to.start(early);
    if (stopping) {
      to.stop();
    }
  }

  private void awaitRequest() {
    responder.ready();
    reader.reset();
    head.reset();
    Snapshot current = requests.snapshot();
    if (!current.config().limits().equals(snapshot.config().limits())) {
      reader = newReader(current);
    }
    snapshot = current;
    if (stopping) {
      responder.close();
    } else {
      awaitTaking();
    }
  }

  /** Lets the client take its time for what is sent, as long as it goes on. */
  void awaitTaking() {
    timer.set(snapshot.config().limits().idleTimeout().toNanos());
  }

  private static HeadReader newReader(Snapshot snapshot) {
    var limits = snapshot.config().limits();
    return new HeadReader(limits.maxRequestLineBytes(), limits.maxHeaderBytes());
  }

  void setDeadline(long nanos) {
    timer.set(nanos);
  }

  private void deadlinePassed() {
    if (exchange != null) {
      exchange.deadlinePassed();
    } else if (reader.started() && !responder.closing() && !responder.draining()) {
      refuse(new BadMessageException(408, "the request headers did not arrive in time"));
    } else if (responder.beingTaken()) {
      awaitTaking();
    } else {
      channel.close();
    }
  }

  @Override
  public void stop() {
    stopping = true;
    if (tunnel != null) {
      tunnel.stop();
      return;
    }
    boolean idle = exchange == null && !reader.started() && !responder.draining();
    if (idle && !responder.closing()) {
      responder.closeIdle();
    }
  }

  @Override
  public long held() {
    return responder.pending()
        + (held == null ? 0 : held.readableBytes())
        + (exchange == null ? 0 : exchange.heldForBackend());
  }

  @Override
  public void cutOff(StageResult.Respond why) {
    if (tunnel != null && why.reason() == Reason.DRAINED) {
      tunnel.goAway();
    } else if (tunnel != null) {
      tunnel.abort(why.reason());
    } else {
      if (exchange != null) {
        responder.closeAfterAnswer();
        exchange.cutOff(why);
      }
      ClientConnection.close(channel, why);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flush();
  }

  private void flush() {
    if (exchange != null) {
      exchange.flush();
    } else {
      responder.flush();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.onClientWritabilityChanged();
    } else if (channel.isWritable()) {
      takeUpHeld();
      flush();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    timer.cancel();
    splicing.end();
    releaseHeld();
    responder.channelGone();
    Exchange current = exchange;
    if (current != null) {
      exchange = null;
      current.onClientClosed();
    }
    ctx.fireChannelInactive();
  }

  private void releaseHeld() {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the inbound event of that name is not deprecated
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset, a failed write or TLS record: channelInactive follows and ends the exchange.
    Faults.note(cause);
    ctx.close();
  }
}
