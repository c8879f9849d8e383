package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Watches files and folders and hands over the whole set whenever its content has changed.
 *
 * <p>Events of the system make it fast; a look at all files each second finds what they miss: the
 * swapped {@code ..data} link of a mounted volume, network file systems, files behind links
 * elsewhere. A burst of changes is waited out, so that a half-written set is seldom seen; should
 * one be, it is followed by another.
 */
public final class FileSource implements AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final int MAX_WAITS = 20;

  private final FileScan scan;
  private final Wake wake;
  private final Duration look;
  private final Consumer<FileSnapshot> listener;
  private final Thread thread;

  private FileSnapshot last;
  private Set<String> marks;

  private FileSource(
      FileScan scan,
      Wake wake,
      Duration look,
      FileSnapshot first,
      Consumer<FileSnapshot> listener) {
    this.scan = scan;
    this.wake = wake;
    this.look = look;
    this.listener = listener;
    this.last = first;
    this.marks = Set.of(""); // no scan gives that: what changed since the first reading is found
    this.thread = Thread.ofPlatform().daemon().name("penstock-files").unstarted(this::run);
  }

  /** Reads everything once. */
  public static FileSnapshot read(List<Path> roots) {
    return new FileScan(roots).read();
  }

  /**
   * Starts to watch.
   *
   * @param first what the caller has read already; what differs from it is handed over
   * @param listener called on the watching thread with each changed set, one at a time
   */
  public static FileSource watch(
      List<Path> roots, FileSnapshot first, Consumer<FileSnapshot> listener) {
    return start(roots, EventWake.open(), LOOK, first, listener);
  }

  static FileSource start(
      List<Path> roots,
      Wake wake,
      Duration look,
      FileSnapshot first,
      Consumer<FileSnapshot> listener) {
    var source = new FileSource(new FileScan(roots), wake, look, first, listener);
    source.thread.start();
    return source;
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
          deliver(scan.read());
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

  private void deliver(FileSnapshot snapshot) {
    if (!snapshot.equals(last)) {
      last = snapshot;
      listener.accept(snapshot);
    }
  }
}
