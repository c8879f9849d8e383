package dev.penstock.proxy.stage;

import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.KnownField;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.upstream.Worker;
import io.netty.util.AsciiString;

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
  }

  /** Whether the head is no longer this request's; a late decision must not touch it. */
  public boolean ended() {
    return ended;
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
