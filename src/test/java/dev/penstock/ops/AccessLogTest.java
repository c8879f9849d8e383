package dev.penstock.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
  private static final int RING_BYTES = 128 << 10;

  private final BlockingQueue<Long> warnings = new LinkedBlockingQueue<>();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void closingWritesEveryLineThatWasLogged() {
    var out = new ByteArrayOutputStream();
    var log = AccessLog.to(out);
    for (int i = 0; i < 1_000; i++) {
      log.log(Facts.plain().withPath("/" + i));
    }
    log.close();
    assertEquals(1_000, lines(out).size());
    assertTrue(lines(out).get(999).contains("\"path\":\"/999\""));
    assertEquals(0, log.dropped());
  }

  @Test
  void aLineIsWrittenWithoutClosing() throws Exception {
    var out = new NotifyingOutput();
    try (var log = AccessLog.to(out)) {
      log.log(Facts.plain());
      assertNotNull(out.written.poll(30, TimeUnit.SECONDS));
      // The writer pauses or sleeps by now; it must notice the next one all the same.
      log.log(Facts.plain());
      assertNotNull(out.written.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSleepingWriterIsWoken() throws Exception {
    var others = writerThreads();
    var out = new NotifyingOutput();
    try (var log = AccessLog.to(out)) {
      var writer = writerThreads();
      writer.removeAll(others);
      awaitAsleep(writer.iterator().next());
      log.log(Facts.plain());
      assertNotNull(out.written.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void manyThreadsLoseAndMixNothing() throws Exception {
    var out = new ByteArrayOutputStream();
    var log = JsonAccessLog.start(out, 8, 1 << 22, nanos::get, warnings::add);
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      int id = t;
      threads.add(Thread.ofPlatform().start(() -> logMany(log, id)));
    }
    for (var thread : threads) {
      thread.join();
    }
    log.close();
    var json = new ObjectMapper();
    long[] next = new long[4];
    var lines = lines(out);
    assertEquals(8_000, lines.size() + log.dropped());
    assertEquals(0, log.dropped());
    for (var line : lines) {
      var path = json.readTree(line).get("path").textValue().split("/", -1);
      next[Integer.parseInt(path[1])] += Integer.parseInt(path[2]);
    }
    long sum = 1_999L * 2_000 / 2;
    assertArrayEquals(new long[] {sum, sum, sum, sum}, next);
  }

  @Test
  void linesThatCrossTheEndOfARingStayWhole() throws Exception {
    var out = new ByteArrayOutputStream();
    var log = JsonAccessLog.start(out, 1, RING_BYTES, nanos::get, warnings::add);
    var json = new ObjectMapper();
    for (int i = 0; i < 3_000; i++) {
      log.log(Facts.plain().withPath("/" + "p".repeat(i % 97)));
    }
    log.close();
    for (var line : lines(out)) {
      assertEquals("ai/whisper-stt", json.readTree(line).get("service").textValue());
    }
    assertEquals(3_000, lines(out).size() + log.dropped());
  }

  @Test
  void anOutputThatIsNotReadBlocksNobodyAndTheRestIsCounted() throws Exception {
    var out = new StalledOutput();
    var log = JsonAccessLog.start(out, 1, RING_BYTES, nanos::get, warnings::add);
    log.log(Facts.plain());
    assertTrue(out.entered.await(30, TimeUnit.SECONDS));
    // The writer holds one line and stays; this thread fills the ring and goes on.
    for (int i = 0; i < 5_000; i++) {
      log.log(Facts.plain());
    }
    long dropped = log.dropped();
    assertTrue(dropped > 4_000, "dropped " + dropped);
    assertNotNull(warnings.poll(30, TimeUnit.SECONDS), "said once");
    out.release.countDown();
    log.close();
    assertEquals(5_001 - dropped, lines(out.taken).size());
    assertTrue(lines(out.taken).stream().allMatch(line -> line.endsWith("}")));
  }

  @Test
  void dropsAreSaidOnceAMinute() throws Exception {
    var drops = new Drops(nanos::get, warnings::add);
    drops.add(1);
    assertEquals(1L, warnings.poll(30, TimeUnit.SECONDS));
    drops.add(2);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
    drops.add(3);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    drops.add(4);
    assertEquals(10L, warnings.poll(30, TimeUnit.SECONDS), "the second word, a minute later");
    assertNull(warnings.poll());
    assertEquals(10, drops.total());
  }

  @Test
  void anOutputThatFailsIsCountedAndTriedAgain() throws Exception {
    var out = new FailingOnceOutput();
    var log = JsonAccessLog.start(out, 1, RING_BYTES, nanos::get, warnings::add);
    log.log(Facts.plain());
    assertTrue(out.failed.await(30, TimeUnit.SECONDS));
    log.log(Facts.plain().withPath("/after"));
    log.close();
    assertEquals(2, lines(out.taken).size() + log.dropped());
    assertTrue(log.dropped() >= 1);
  }

  @Test
  void afterClosingLinesAreDropped() {
    var out = new ByteArrayOutputStream();
    var log = AccessLog.to(out);
    log.close();
    log.close();
    log.log(Facts.plain());
    assertEquals(1, log.dropped());
    assertEquals(0, out.size());
  }

  @Test
  void factsThatFailLeaveTheLogUsable() {
    var out = new ByteArrayOutputStream();
    var log = JsonAccessLog.start(out, 1, RING_BYTES, nanos::get, warnings::add);
    var broken = Facts.plain().withPath(null);
    assertThrows(NullPointerException.class, () -> log.log(broken));
    log.log(Facts.plain());
    log.close();
    assertEquals(1, lines(out).size());
  }

  @Test
  void aLineMakesNoObjects() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var facts = Facts.plain();
    try (var log = AccessLog.to(OutputStream.nullOutputStream())) {
      logTimes(log, facts, 20_000);
      long before = threads.getCurrentThreadAllocatedBytes();
      logTimes(log, facts, 20_000);
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      // A word about drops starts a thread once; an object a line would be 320,000 bytes.
      assertTrue(bytes < 100_000, "allocated " + bytes);
    }
  }

  @Test
  void theSilentLogKeepsNothing() {
    var log = AccessLog.off();
    log.log(Facts.plain());
    log.close();
    assertEquals(0, log.dropped());
  }

  private static void logTimes(AccessLog log, Facts facts, int times) {
    for (int i = 0; i < times; i++) {
      log.log(facts);
    }
  }

  private static void logMany(AccessLog log, int thread) {
    for (int i = 0; i < 2_000; i++) {
      log.log(Facts.plain().withPath("/" + thread + "/" + i));
    }
  }

  private static Set<Thread> writerThreads() {
    var threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().equals("access-log"));
    return threads;
  }

  private static void awaitAsleep(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      assertFalse(thread.join(Duration.ofMillis(5)), "the writer ended");
    }
  }

  private static List<String> lines(ByteArrayOutputStream out) {
    return out.toString(StandardCharsets.US_ASCII).lines().toList();
  }

  /** Tells of every write. */
  private static final class NotifyingOutput extends OutputStream {
    final BlockingQueue<Integer> written = new LinkedBlockingQueue<>();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("one by one");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      written.add(length);
    }
  }

  /** A pipe whose reader sleeps until it is released. */
  private static final class StalledOutput extends OutputStream {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("one by one");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.write(bytes, offset, length);
    }
  }

  /** Refuses the first write. */
  private static final class FailingOnceOutput extends OutputStream {
    final CountDownLatch failed = new CountDownLatch(1);
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("one by one");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (failed.getCount() > 0) {
        failed.countDown();
        throw new IOException("Broken pipe");
      }
      taken.write(bytes, offset, length);
    }
  }
}
