package dev.penstock.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when Netty finds that a buffer was not released. Applies to every test. A leak
 * shows once the garbage collector has been; classes that made no buffer since the last look are
 * not held up for that.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    watch(context);
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> leaks = watch(context).leaks();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          leaks.size() + " leaks until the end of this class:\n" + String.join("\n", leaks));
    }
  }

  /** The watch of the whole run, installed before the first test touches Netty. */
  private static LeakWatch watch(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            LeakWatch.class,
            _ -> {
              ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
              var watch = new LeakWatch();
              ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(watch);
              return watch;
            },
            LeakWatch.class);
  }
}
