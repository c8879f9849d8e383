package dev.penstock.proxy.stage;

import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.upstream.Worker;
import io.netty.util.AsciiString;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request as the stages see it, and what they add to it on its way. Lives on one event loop. */
public final class RequestContext {

  private final Worker worker;
  private final RequestHead head;
  private final ClientInfo client;
  private final AsciiString host;
  private final AsciiString path;
  private final AsciiString query;
  private final String requestId;
  private final boolean absoluteForm;
  private final HeadBuffer upstreamFields = new HeadBuffer(0);
  private final HeadBuffer responseFields = new HeadBuffer(0);
  private boolean wouldLimit;
  private String keyId = "";
  private @Nullable QueueTurn turn;
  private WaitObserver waitObserver = WaitObserver.NONE;
  private Consumer<StageResult.Respond> aborter = _ -> {};
  private boolean ended;

  /**
   * @param host lower case, without port; empty when the request named none
   * @param path canonical
   * @param query with its question mark, or empty
   * @param absoluteForm whether the target itself named the host, which then counts
   */
  public RequestContext(
      Worker worker,
      RequestHead head,
      ClientInfo client,
      AsciiString host,
      AsciiString path,
      AsciiString query,
      String requestId,
      boolean absoluteForm) {
    this.worker = worker;
    this.head = head;
    this.client = client;
    this.host = host;
    this.path = path;
    this.query = query;
    this.requestId = requestId;
    this.absoluteForm = absoluteForm;
  }

  public Worker worker() {
    return worker;
  }

  public RequestHead head() {
    return head;
  }

  public ClientInfo client() {
    return client;
  }

  public AsciiString host() {
    return host;
  }

  public AsciiString path() {
    return path;
  }

  public AsciiString query() {
    return query;
  }

  public String requestId() {
    return requestId;
  }

  public boolean absoluteForm() {
    return absoluteForm;
  }

  /**
   * How the client itself came: {@code http} or {@code https}, the word of a trusted peer first.
   */
  public String scheme() {
    if (client.trustedPeer()) {
      String told = head.fields().first(KnownField.X_FORWARDED_PROTO);
      if ("https".equalsIgnoreCase(told)) {
        return "https";
      } else if ("http".equalsIgnoreCase(told)) {
        return "http";
      }
    }
    return client.secure() ? "https" : "http";
  }

  /** Whole field lines, with CRLF, that go to the backend beside the client's own. */
  public HeadBuffer upstreamFields() {
    return upstreamFields;
  }

  /** Whole field lines, with CRLF, that go to the client beside the backend's own. */
  public HeadBuffer responseFields() {
    return responseFields;
  }

  /** Notes that a limit in dry run would have refused the request. */
  public void noteWouldLimit() {
    wouldLimit = true;
  }

  public boolean wouldLimit() {
    return wouldLimit;
  }

  /** Notes that the request was answered or left: its head may be another request's from now on. */
  public void end() {
    ended = true;
    if (turn != null) {
      turn.end();
    }
  }

  /** Whether the head is no longer this request's; a late decision must not touch it. */
  public boolean ended() {
    return ended;
  }

  void queued(QueueTurn began) {
    turn = began;
  }

  /** The place in the queue on entry, 0 without a wait; -1 when no queue was asked. */
  public int queuePosition() {
    return turn == null ? -1 : turn.position();
  }

  /** How long the request waited for its backend so far; -1 when no queue was asked. */
  public long queuedNanos() {
    return turn == null ? -1 : turn.waitedNanos();
  }

  /** What is left of the time that the queue lets the request wait; 0 without one. */
  public long queueRemainingNanos() {
    return turn == null ? 0 : turn.remainingNanos();
  }

  /** Notes that the request waits on, with its permit, for its backend to come up. */
  public void holds() {
    if (turn != null) {
      turn.beginWait(() -> 0);
    }
  }

  /** Notes that it waits no more. */
  public void held() {
    if (turn != null) {
      turn.endWait();
    }
  }

  /** Has the request's waiting observed. */
  public void observeWaits(WaitObserver observer) {
    waitObserver = observer;
  }

  WaitObserver waitObserver() {
    return waitObserver;
  }

  /** Says who ends the request when a stage finds out later that it must not go on. */
  public void abortBy(Consumer<StageResult.Respond> whoEndsIt) {
    aborter = whoEndsIt;
  }

  void abort(StageResult.Respond respond) {
    aborter.accept(respond);
  }

  /** Notes whose key the request carried. */
  public void noteKey(String id) {
    keyId = id;
  }

  /** Whose key the request carried; empty when none was asked for. */
  public String keyId() {
    return keyId;
  }
}
