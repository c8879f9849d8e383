package dev.penstock.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes Netty's leak detectors and gathers what they find. */
final class LeakWatch extends ResourceLeakDetectorFactory {

  /**
   * What a read by io_uring was to fill when its event loop ended, which Netty does not always free
   * then. Whatever was read has been seen by a handler, and the pipeline has noted that.
   */
  private static final Pattern UNREAD =
      Pattern.compile("access records: \\nCreated at:.*\\.uring\\..*scheduleRead", Pattern.DOTALL);

  private static final int GC_TIMEOUT_MILLIS = 2_000;

  private final List<Detector<?>> detectors = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean tracked = new AtomicBoolean();

  @Override
  @SuppressWarnings("deprecation") // the one that a factory must have
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(
      Class<T> resource, int samplingInterval, long maxActive) {
    var detector = new Detector<T>(resource, samplingInterval);
    detectors.add(detector);
    return detector;
  }

  /** Collects garbage if there may be some, and gives the leaks found since the last call. */
  List<String> leaks() throws InterruptedException {
    if (tracked.getAndSet(false)) {
      collectGarbage();
      detectors.forEach(Detector::look);
      tracked.set(false);
    }
    List<String> all = new ArrayList<>();
    for (String leak = found.poll(); leak != null; leak = found.poll()) {
      all.add(leak);
    }
    return all;
  }

  /** Returns once references found dead have been queued, twice over as their order is free. */
  private static void collectGarbage() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      ReferenceQueue<Object> queue = new ReferenceQueue<>();
      var sentinel = new WeakReference<>(new Object(), queue);
      System.gc();
      Reference<?> queued = queue.remove(GC_TIMEOUT_MILLIS);
      if (queued == null || !sentinel.refersTo(null)) {
        throw new AssertionError("the garbage collector did not come");
      }
    }
  }

  private final class Detector<T> extends ResourceLeakDetector<T> {

    private final Class<T> resource;

    Detector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
      this.resource = resource;
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T object) {
      tracked.set(true);
      return super.track(object);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> trackForcibly(T object) {
      tracked.set(true);
      return super.trackForcibly(object);
    }

    /** A detector reports what it has found whenever it is given the next thing to track. */
    @SuppressWarnings("unchecked") // looked at for its identity only
    void look() {
      T something = (T) new Object();
      ResourceLeakTracker<T> tracker = super.trackForcibly(something);
      if (tracker != null) {
        tracker.close(something);
      }
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      if (UNREAD.matcher(records).find()) {
        return;
      }
      found.add(resource.getSimpleName() + " was not released:" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      found.add(resource.getSimpleName() + " was not released");
    }
  }
}
