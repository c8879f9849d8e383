package dev.penstock.proxy.warmup;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the private proxy. */
interface Client extends AutoCloseable {

  /** How long an answer may take, and getting connected, in milliseconds. */
  int PATIENCE_MILLIS = 3_000;

  /**
   * Returns once all are answered.
   *
   * @throws IOException when one is answered otherwise than expected, or not in time
   */
  void ask(List<Requests.Request> requests) throws IOException, InterruptedException;

  @Override
  void close();

  /** When answers must have come to what is asked now, as {@link System#nanoTime}. */
  static long patience() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
  }

  /** The next answer; null when none has come by then. */
  static <T> @Nullable T next(BlockingQueue<T> answers, long until) throws InterruptedException {
    return answers.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  static IOException unexpected(Requests.Request request, String got) {
    return new IOException(request.method() + " " + request.target() + " was answered by " + got);
  }
}
