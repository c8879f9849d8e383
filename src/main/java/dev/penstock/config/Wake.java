package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Waits until something may have changed, or a while has passed. */
interface Wake extends AutoCloseable {

  /** Looks at these folders from now on, as far as it can. */
  void watch(Set<Path> folders);

  /**
   * Returns at an event, or after {@code limit}.
   *
   * @throws InterruptedException when the watch is over
   */
  void await(Duration limit) throws InterruptedException;

  @Override
  void close();

  /** Only time: for file systems without events, such as network mounts. */
  static Wake byTime() {
    return new Wake() {
      @Override
      public void watch(Set<Path> folders) {}

      @Override
      public void await(Duration limit) throws InterruptedException {
        Thread.sleep(limit);
      }

      @Override
      public void close() {}
    };
  }
}
