package dev.penstock.ops;

/**
 * What is known of a request once it has ended, for access log and metrics. Read on the request's
 * event loop within the call it is passed to and not kept, so that the exchange itself can be the
 * facts and no object is made. No value is null.
 */
public interface RequestFacts {

  /** When the request began, in milliseconds since the epoch. */
  long startedAtMillis();

  /** From the request's first byte to its end. */
  long durationNanos();

  CharSequence method();

  /** Canonical, without the query: queries may carry secrets. */
  CharSequence path();

  /** Lower case, without port; empty when the request named none. */
  CharSequence host();

  /** {@code namespace/name} of the service; empty when no route matched. */
  String service();

  /** The status that the client was sent, or would have been. */
  int status();

  /** Why the request was not simply forwarded and answered; {@code none} when it was. */
  String reason();

  /** What went wrong at the backend, for who runs the gateway; empty when nothing did. */
  String detail();

  /** The client's address as text. */
  CharSequence client();

  String requestId();

  /** Bytes of the request's body. */
  long requestBytes();

  /** Bytes of the response's body. */
  long responseBytes();

  /** From the start to the backend's first byte; -1 when there was none. */
  long firstByteNanos();

  /** The place in the service's queue on entry, 0 without a wait; -1 when it has none. */
  int queuePosition();

  /** How long the request waited for its turn at the backend; -1 when there is no queue. */
  long queuedNanos();

  /** {@code address:port} of the backend; empty when none was reached. */
  CharSequence upstreamAddress();

  /** Whose API key the request carried, never the key; empty when none was asked for. */
  String keyId();

  /** Whether a limit in dry run would have refused the request. */
  boolean wouldLimit();

  /** Whether the client came by TLS. */
  boolean secure();

  /** {@code 1.0}, {@code 1.1} or {@code 2}. */
  String httpVersion();

  /** As the client sent it, or empty. */
  CharSequence userAgent();
}
