package dev.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeakWatchTest {

  @Test
  void everyTestRunsUnderAWatch() {
    assertEquals(LeakWatch.class, ResourceLeakDetectorFactory.instance().getClass());
    assertSame(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
  }

  @Test
  void whatIsForgottenIsFoundWithItsOrigin() throws InterruptedException {
    var watch = new LeakWatch();
    forgetOne(watch.newResourceLeakDetector(ByteBuf[].class, 1));
    List<String> leaks = watch.leaks();
    assertEquals(1, leaks.size(), leaks::toString);
    assertTrue(leaks.getFirst().contains("forgetOne"), leaks::toString);
    assertEquals(List.of(), watch.leaks());
  }

  private static void forgetOne(ResourceLeakDetector<ByteBuf[]> detector) {
    Optional.ofNullable(detector.track(new ByteBuf[1])).orElseThrow().record();
  }

  @Test
  void whatIsReleasedAndWhatIsStillInUseIsNoLeak() throws InterruptedException {
    var watch = new LeakWatch();
    ResourceLeakDetector<ByteBuf[]> detector = watch.newResourceLeakDetector(ByteBuf[].class, 1);
    var inUse = new ByteBuf[1];
    List<ResourceLeakTracker<ByteBuf[]>> held = new ArrayList<>();
    held.add(detector.track(inUse));
    var released = new ByteBuf[1];
    ResourceLeakTracker<ByteBuf[]> tracker = detector.track(released);
    assertTrue(tracker != null && tracker.close(released));
    assertEquals(List.of(), watch.leaks());
    assertTrue(held.getFirst().close(inUse));
  }
}
