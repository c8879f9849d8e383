package dev.penstock.ops;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Encodes on the caller's thread into one of a few bounded rings; one thread writes them out. */
final class JsonAccessLog implements AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  /** All rings together; some ten thousand lines. */
  private static final int BUFFER_BYTES = 4 << 20;

  /** Above the longest line, whatever is in it (AccessLine's limits, six bytes a character). */
  private static final int MIN_RING_BYTES = 128 << 10;

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** How often all rings are tried; there are twice as many as event loops, so one is free. */
  private static final int ROUNDS = 8;

  private final LineRing[] rings;
  private final int ringMask;
  private final LogWriter writer;
  private final Drops drops;
  private volatile boolean closed;

  private JsonAccessLog(OutputStream out, int rings, int ringBytes, Drops drops) {
    this.rings =
        IntStream.range(0, rings).mapToObj(i -> new LineRing(ringBytes)).toArray(LineRing[]::new);
    this.ringMask = rings - 1;
    this.drops = drops;
    this.writer = new LogWriter(List.of(this.rings), out, drops::add);
  }

  static JsonAccessLog start(OutputStream out) {
    // Twice the event loops, so that two of them seldom meet in one ring.
    int rings = Math.min(32, powerOfTwo(2 * Runtime.getRuntime().availableProcessors()));
    return start(out, rings, BUFFER_BYTES / rings, System::nanoTime, JsonAccessLog::warn);
  }

  /**
   * @param rings and their size: powers of two
   * @param onDropped told, at most once a minute, how many lines were dropped since the start
   */
  static JsonAccessLog start(
      OutputStream out, int rings, int ringBytes, LongSupplier nanoTime, LongConsumer onDropped) {
    if (ringBytes < MIN_RING_BYTES) {
      throw new IllegalArgumentException("A ring holds at least " + MIN_RING_BYTES + " bytes");
    }
    var log = new JsonAccessLog(out, rings, ringBytes, new Drops(nanoTime, onDropped));
    log.writer.start();
    return log;
  }

  @Override
  public void log(RequestFacts facts) {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < rings.length * ROUNDS && !closed; i++) {
      var ring = rings[start + i & ringMask];
      if (ring.tryOwn()) {
        append(ring, facts);
        return;
      }
    }
    drops.add(1);
  }

  private void append(LineRing ring, RequestFacts facts) {
    boolean fits;
    try {
      fits = ring.append(facts);
    } finally {
      ring.release();
    }
    writer.appended(ring);
    if (!fits) {
      drops.add(1);
    }
  }

  @Override
  public long dropped() {
    return drops.total();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (LineRing ring : rings) {
      ring.seal();
    }
    if (!writer.end(CLOSE_PATIENCE)) {
      LOG.warn("The access log's last lines are lost: its output is not read");
    }
  }

  private static void warn(long dropped) {
    LOG.warn(
        "The access log's output is not read fast enough; lines dropped since the start: {}",
        dropped);
  }

  private static int powerOfTwo(int atLeast) {
    return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
  }
}
