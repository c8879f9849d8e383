package dev.penstock.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Hands the events of a watch on late, the last first and each twice, as replicas of an API server
 * would that are behind one another. Not across the end of an object: no server tells of one that
 * it has told to be gone.
 */
final class DisorderedWatch {

  private static final String END = "";
  private static final long LATE_MILLIS = 150;

  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  /** Until the watch ends. */
  void pass(InputStream in, OutputStream out) throws IOException {
    Thread.ofVirtual().start(() -> read(in));
    try {
      for (String line = lines.take(); !line.equals(END); line = lines.take()) {
        List<String> together = new ArrayList<>();
        for (String next = line; next != null; next = next.equals(END) ? null : later()) {
          together.add(next);
        }
        boolean over = together.remove(END);
        write(disordered(together), out);
        if (over) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String later() throws InterruptedException {
    return lines.poll(LATE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void read(InputStream in) {
    try (var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Its end.
    }
    lines.add(END);
  }

  private static List<String> disordered(List<String> events) {
    if (events.stream().anyMatch(each -> each.contains("\"type\":\"DELETED\""))) {
      return events;
    }
    List<String> all = new ArrayList<>(events);
    Collections.reverse(all);
    all.addAll(List.copyOf(all));
    return all;
  }

  private static void write(List<String> events, OutputStream out) throws IOException {
    for (String event : events) {
      out.write((event + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
  }
}
