package dev.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs classes of tests within a test, under the checks that every test runs under. */
class LeakCheckTest {

  private static TestExecutionSummary run(Class<?> tests) {
    ResourceLeakDetectorFactory outer = ResourceLeakDetectorFactory.instance();
    try {
      var listener = new SummaryGeneratingListener();
      var request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build();
      LauncherFactory.create().execute(request, listener);
      return listener.getSummary();
    } finally {
      ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(outer);
    }
  }

  @Test
  void aClassThatLeaksFailsThoughItsTestsPass() {
    TestExecutionSummary summary = run(Leaking.class);
    assertEquals(1, summary.getTestsSucceededCount());
    assertEquals(1, summary.getContainersFailedCount());
    String failure = summary.getFailures().getFirst().getException().getMessage();
    assertTrue(failure != null && failure.contains("was not released"), failure);
  }

  @Test
  void aClassThatReleasesWhatItMadePasses() {
    TestExecutionSummary summary = run(Tidy.class);
    assertEquals(1, summary.getTestsSucceededCount());
    assertEquals(0, summary.getTotalFailureCount());
  }

  /** Fails as a class. */
  static final class Leaking {
    @Test
    void forgets() {
      assertTrue(
          Optional.ofNullable(
                  ResourceLeakDetectorFactory.instance()
                      .newResourceLeakDetector(ByteBuf[].class, 1)
                      .track(new ByteBuf[1]))
              .isPresent());
    }
  }

  /** Passes as a class. */
  static final class Tidy {
    @Test
    void releases() {
      var resource = new ByteBuf[1];
      var tracker =
          ResourceLeakDetectorFactory.instance()
              .newResourceLeakDetector(ByteBuf[].class, 1)
              .track(resource);
      assertTrue(tracker != null && tracker.close(resource));
    }
  }
}
