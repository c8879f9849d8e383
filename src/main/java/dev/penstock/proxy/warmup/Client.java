package dev.penstock.proxy.warmup;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the private proxy. */
interface Client extends AutoCloseable {

  int PATIENCE_SECONDS = 3;

  /**
   * Returns once all are answered.
   *
   * @throws IOException when one is answered otherwise than expected, or not at all
   */
  void ask(List<Requests.Request> requests) throws IOException, InterruptedException;

  @Override
  void close();

  /** The next that has come; null when it does not. */
  static <T> @Nullable T next(BlockingQueue<T> answers) throws InterruptedException {
    return answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static IOException unexpected(Requests.Request request, String got) {
    return new IOException(request.method() + " " + request.target() + " was answered by " + got);
  }
}
