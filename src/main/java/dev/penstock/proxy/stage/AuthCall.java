package dev.penstock.proxy.stage;

import dev.penstock.model.AuthPolicy;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.ResponseHead;
import dev.penstock.proxy.upstream.Acquisition;
import dev.penstock.proxy.upstream.Cluster;
import dev.penstock.proxy.upstream.UpstreamFailure;
import dev.penstock.proxy.upstream.UpstreamListener;
import dev.penstock.proxy.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sub-request: a GET without body over a kept-alive connection, bounded by its timeout. */
final class AuthCall implements UpstreamListener, Acquisition.Outcome {

  /** A longer body of an answer costs its connection. */
  private static final int MAX_DRAIN = 64 * 1024;

  private final AuthPolicy.External policy;
  private final Cluster cluster;
  private final RequestContext request;
  private final byte[] message;
  private final List<byte[]> copiedFields;
  private final Consumer<AuthVerdict> then;
  private final Future<?> timeout;
  private @Nullable Acquisition acquisition;
  private @Nullable UpstreamStream connection;
  private @Nullable AuthVerdict verdict;
  private boolean retried;
  private boolean done;
  private int drained;

  /**
   * @param message the whole sub-request
   * @param copiedFields lower-case names of what is copied from a 2xx
   */
  AuthCall(
      AuthPolicy.External policy,
      Cluster cluster,
      RequestContext request,
      byte[] message,
      List<byte[]> copiedFields,
      Consumer<AuthVerdict> then) {
    this.policy = policy;
    this.cluster = cluster;
    this.request = request;
    this.message = message;
    this.copiedFields = copiedFields;
    this.then = then;
    this.timeout =
        request
            .worker()
            .loop()
            .schedule(this::timedOut, policy.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  void start() {
    acquire(false);
  }

  private void acquire(boolean fresh) {
    int millis = Math.clamp(policy.timeout().toMillis(), 1, Integer.MAX_VALUE);
    acquisition = cluster.acquire(request.worker(), millis, fresh, this, this);
  }

  @Override
  public void connected(UpstreamStream leased) {
    connection = leased;
    leased.head(request.worker().head().add(message), 0);
    leased.flush();
  }

  @Override
  public void unreachable(UpstreamFailure failure, String detail) {
    finish(new AuthVerdict.Unavailable("the auth service cannot be reached: " + detail));
  }

  @Override
  public void onInformational(ResponseHead head) {}

  @Override
  public void onHead(ResponseHead head) {
    verdict = verdict(head);
  }

  private AuthVerdict verdict(ResponseHead head) {
    int status = head.status();
    if (status >= 200 && status < 300) {
      return new AuthVerdict.Allowed(new AsciiString(copied(head.fields()), false));
    }
    if (status == 401 || status == 403) {
      return new AuthVerdict.Denied(status, status == 401 ? challenges(head.fields()) : List.of());
    }
    String detail = "the auth service answered " + status;
    return status >= 500 ? new AuthVerdict.Unavailable(detail) : new AuthVerdict.Unusable(detail);
  }

  private static List<Map.Entry<String, String>> challenges(Fields fields) {
    List<Map.Entry<String, String>> challenges = new ArrayList<>(1);
    for (int i = fields.find(KnownField.WWW_AUTHENTICATE);
        i >= 0;
        i = fields.find(KnownField.WWW_AUTHENTICATE, i + 1)) {
      challenges.add(Map.entry("WWW-Authenticate", fields.value(i)));
    }
    return List.copyOf(challenges);
  }

  private byte[] copied(Fields fields) {
    HeadBuffer lines = new HeadBuffer(64);
    for (byte[] name : copiedFields) {
      for (int i = fields.find(name, 0); i >= 0; i = fields.find(name, i + 1)) {
        lines.add(fields.bytes(), fields.lineStart(i), fields.lineEnd(i));
      }
    }
    return lines.toArray();
  }

  @Override
  public void onData(ByteBuf data) {
    drained += data.readableBytes();
    data.release();
    if (drained > MAX_DRAIN && verdict != null && connection != null) {
      connection.abort();
      finish(verdict);
    }
  }

  @Override
  public void onEnd(@Nullable Fields trailers) {
    if (connection != null) {
      connection.release();
    }
    if (verdict != null) {
      finish(verdict);
    }
  }

  @Override
  public void onFailure(UpstreamFailure failure, String detail) {
    boolean idleWasDead =
        failure == UpstreamFailure.CLOSED_EARLY && connection != null && !connection.firstUse();
    connection = null;
    if (idleWasDead && !retried && !done) {
      retried = true;
      acquire(true);
    } else {
      finish(new AuthVerdict.Unavailable("the auth service failed: " + detail));
    }
  }

  @Override
  public void onWritabilityChanged() {}

  @Override
  public void onReadComplete() {}

  private void timedOut() {
    if (acquisition != null) {
      acquisition.cancel();
    }
    if (connection != null) {
      connection.abort();
    }
    finish(new AuthVerdict.Unavailable("the auth service took longer than " + policy.timeout()));
  }

  private void finish(AuthVerdict result) {
    if (done) {
      return;
    }
    done = true;
    connection = null;
    timeout.cancel(false);
    then.accept(result);
  }

  /** What a sub-request starts with. */
  static byte[] requestLine(String path, String authority) {
    return Ascii.bytes("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\n");
  }
}
