package dev.penstock.proxy.http2;

/**
 * How much a client may send, or cause, that does no work: frames that carry neither a request nor
 * a body, and streams that are broken off. Counted over windows of 30 seconds, since everything of
 * it is lawful in small amounts (RFC 9113 section 10.5; CVE-2019-9512 to 9518, CVE-2023-44487,
 * CVE-2024-27316, CVE-2025-8671).
 */
public final class FrameBudget {

  static final long WINDOW_NANOS = 30_000_000_000L;

  /** Frames for nothing that are free in a window. */
  static final int CONTROL_FRAMES = 1_000;

  /**
   * What each request and each {@link #BODY_PIECE} of a body adds: window updates and pings go with
   * them.
   */
  static final int CONTROL_FRAMES_PER_WORK = 10;

  /** Bytes. Peers give the window back as they read; Go tells of both windows every 4 KiB. */
  private static final int BODY_PIECE = 4 * 1024;

  /** Streams broken off that are free in a window; each one that was finished adds one. */
  static final int RESETS = 200;

  private long windowStart;
  private long allowedControl = CONTROL_FRAMES;
  private long allowedResets = RESETS;

  public FrameBudget(long nanos) {
    windowStart = nanos;
  }

  /** Looks at the time; called once for many frames. */
  void tick(long nanos) {
    if (nanos - windowStart >= WINDOW_NANOS) {
      windowStart = nanos;
      allowedControl = CONTROL_FRAMES;
      allowedResets = RESETS;
    }
  }

  /** A frame that does no work; false when there were too many. */
  boolean control() {
    return --allowedControl >= 0;
  }

  /** A request, or a DATA frame that came in. */
  void work() {
    allowedControl += CONTROL_FRAMES_PER_WORK;
  }

  /** Some of a body that goes out, for which the peer gives its window back. */
  void work(int bytes) {
    allowedControl += CONTROL_FRAMES_PER_WORK * (1L + bytes / BODY_PIECE);
  }

  /** A stream came to its regular end. */
  public void finished() {
    allowedResets++;
  }

  /** A stream was broken off, by the client or for its fault; false when there were too many. */
  public boolean reset(long nanos) {
    tick(nanos);
    return --allowedResets >= 0;
  }
}
