package dev.penstock.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Watches files and folders and hands over the whole set whenever its content has changed; see
 * {@link FileWatch} for when that is noticed.
 */
public final class FileSource implements AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final FileWatch watch;

  private FileSource(FileWatch watch) {
    this.watch = watch;
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
    var scan = new FileScan(roots);
    var last = new Last(first);
    return new FileSource(
        FileWatch.start(
            scan,
            wake,
            look,
            () -> {
              FileSnapshot now = scan.read();
              if (last.changesTo(now)) {
                listener.accept(now);
              }
            }));
  }

  /** What was handed over last; known to the watching thread alone. */
  private static final class Last {

    private FileSnapshot snapshot;

    Last(FileSnapshot first) {
      this.snapshot = first;
    }

    boolean changesTo(FileSnapshot now) {
      boolean changed = !now.equals(snapshot);
      snapshot = now;
      return changed;
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
