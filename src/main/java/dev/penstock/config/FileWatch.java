package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Calls a listener whenever files or folders may have changed, and once at the start.
 *
 * <p>Events of the system make it fast; a look at all files each second finds what they miss: the
 * swapped {@code ..data} link of a mounted volume, network file systems, files behind links
 * elsewhere. A burst of changes is waited out, so that a half-written set is seldom seen; should
 * one be, it is followed by another.
 */
public final class FileWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final int MAX_WAITS = 20;

  private final FileScan scan;
  private final Wake wake;
  private final Duration look;
  private final Runnable listener;
  private final Thread thread;

  private Set<String> marks = Set.of(""); // no scan gives that: the first look is a change

  private FileWatch(FileScan scan, Wake wake, Duration look, Runnable listener) {
    this.scan = scan;
    this.wake = wake;
    this.look = look;
    this.listener = listener;
    this.thread = Thread.ofPlatform().daemon().name("penstock-files").unstarted(this::run);
  }

  /**
   * Starts to watch.
   *
   * @param files or folders; need not exist yet
   * @param listener called on the watching thread, one call at a time
   */
  public static FileWatch start(List<Path> files, Runnable listener) {
    return start(new FileScan(files), EventWake.open(), LOOK, listener);
  }

  static FileWatch start(FileScan scan, Wake wake, Duration look, Runnable listener) {
    var watch = new FileWatch(scan, wake, look, listener);
    watch.thread.start();
    return watch;
  }

  @Override
  public void close() {
    thread.interrupt();
    wake.close();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        wake.watch(scan.folders());
        Set<String> now = scan.marks();
        if (!now.equals(marks)) {
          marks = settled(now);
          listener.run();
        }
        wake.await(look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until nothing has changed for a moment, for two seconds at most. */
  private Set<String> settled(Set<String> changed) throws InterruptedException {
    Set<String> before = changed;
    for (int i = 0; i < MAX_WAITS; i++) {
      Thread.sleep(QUIET);
      Set<String> now = scan.marks();
      if (now.equals(before)) {
        return now;
      }
      before = now;
    }
    return before;
  }
}
