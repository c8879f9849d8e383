package dev.penstock.proxy;

import dev.penstock.ops.AccessLog;
import dev.penstock.ops.RequestFacts;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.stage.Reason;
import dev.penstock.proxy.stage.RequestContext;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What becomes known of a request until it ends, then told once to the access log and the metrics.
 */
final class ExchangeRecord implements RequestFacts {

  private final AccessLog log;
  private final RouteMeter meter;
  private final long startNanos;
  private final String service;
  private final String requestId;
  private final String client;
  private final boolean secure;
  private final String httpVersion;
  private final @Nullable RequestContext request;
  private final @Nullable RequestHead head;
  private @Nullable InetSocketAddress upstream;
  private int status;
  private Reason reason = Reason.NONE;
  private String detail = "";
  private long endNanos;
  private long firstByteNanos = -1;
  private long requestBytes;
  private long responseBytes;
  private boolean finished;

  /**
   * @param service empty when no route matched
   * @param request absent when the request could not be read
   */
  ExchangeRecord(
      AccessLog log,
      RouteMeter meter,
      long startNanos,
      String service,
      String requestId,
      String client,
      boolean secure,
      String httpVersion,
      @Nullable RequestContext request) {
    this.log = log;
    this.meter = meter;
    this.startNanos = startNanos;
    this.service = service;
    this.requestId = requestId;
    this.client = client;
    this.secure = secure;
    this.httpVersion = httpVersion;
    this.request = request;
    this.head = request == null ? null : request.head();
  }

  void status(int code) {
    status = code;
  }

  void upstream(InetSocketAddress address) {
    upstream = address;
  }

  /** What a backend did wrong, which its client is not told. */
  void detail(String what) {
    detail = what;
  }

  void firstByte() {
    firstByteNanos = System.nanoTime() - startNanos;
  }

  void requestBytes(long bytes) {
    requestBytes = bytes;
  }

  void finish(Reason why, long bytesToClient) {
    if (finished) {
      return;
    }
    finished = true;
    reason = why;
    responseBytes = bytesToClient;
    endNanos = System.nanoTime();
    meter.record(this);
    log.log(this);
  }

  @Override
  public long startedAtMillis() {
    return System.currentTimeMillis() - durationNanos() / 1_000_000;
  }

  @Override
  public long durationNanos() {
    return endNanos - startNanos;
  }

  @Override
  public CharSequence method() {
    return head == null ? "" : head.methodName();
  }

  @Override
  public CharSequence path() {
    return request == null ? "" : request.path();
  }

  @Override
  public CharSequence host() {
    return request == null ? "" : request.host();
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String reason() {
    return reason.label();
  }

  @Override
  public String detail() {
    return detail;
  }

  @Override
  public CharSequence client() {
    return client;
  }

  @Override
  public String requestId() {
    return requestId;
  }

  @Override
  public long requestBytes() {
    return requestBytes;
  }

  @Override
  public long responseBytes() {
    return responseBytes;
  }

  @Override
  public long firstByteNanos() {
    return firstByteNanos;
  }

  @Override
  public int queuePosition() {
    return request == null ? -1 : request.queuePosition();
  }

  @Override
  public long queuedNanos() {
    return request == null ? -1 : request.queuedNanos();
  }

  @Override
  public CharSequence upstreamAddress() {
    return upstream == null ? "" : NetUtil.toSocketAddressString(upstream);
  }

  @Override
  public String keyId() {
    return request == null ? "" : request.keyId();
  }

  @Override
  public boolean wouldLimit() {
    return request != null && request.wouldLimit();
  }

  @Override
  public boolean secure() {
    return secure;
  }

  @Override
  public String httpVersion() {
    return httpVersion;
  }

  @Override
  public CharSequence userAgent() {
    String agent = head == null ? null : head.fields().first(KnownField.USER_AGENT);
    return agent == null ? "" : agent;
  }
}
