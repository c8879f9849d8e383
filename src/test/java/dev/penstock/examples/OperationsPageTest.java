package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.ops.AuthResult;
import dev.penstock.ops.CacheUse;
import dev.penstock.ops.ConnectionRejection;
import dev.penstock.ops.LimitDecision;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.ops.QueueOutcome;
import dev.penstock.proxy.stage.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operations.md names all that an operator may meet. */
class OperationsPageTest {

  private final String page = read();

  @Test
  void everyReasonAndLabelIsExplained() {
    Stream<String> words =
        Stream.of(
                Stream.of(Reason.values()).map(Reason::label),
                Stream.of(ConnectionRejection.values()).map(ConnectionRejection::label),
                Stream.of(LimitDecision.values()).map(LimitDecision::label),
                Stream.of(AuthResult.values()).map(AuthResult::label),
                Stream.of(CacheUse.values()).map(CacheUse::label),
                Stream.of(QueueOutcome.values()).map(QueueOutcome::label))
            .flatMap(each -> each);
    assertEquals(List.of(), words.filter(word -> !page.contains("`" + word + "`")).toList());
  }

  @Test
  void everyMetricIsExplained() {
    try (var metrics = new ProxyMetrics()) {
      var route = metrics.route("ai/any");
      route.limited(LimitDecision.ALLOWED);
      route.authenticated(AuthResult.ALLOWED, CacheUse.NONE);
      route.queue();
      route.connectFailed();
      metrics.listener("http");
      metrics.connectionRejected(ConnectionRejection.DRAINING);
      metrics.certificates(Map.of("any", Instant.EPOCH));
      String scrape = new String(metrics.scrape("").body(), StandardCharsets.UTF_8);
      var missing =
          scrape
              .lines()
              .filter(line -> line.startsWith("# TYPE penstock_"))
              .map(line -> line.split(" ", 4)[2].replaceFirst("_max$", ""))
              .filter(name -> !page.contains("`" + name + "`"))
              .toList();
      assertEquals(List.of(), missing);
    }
  }

  private static String read() {
    try {
      return Files.readString(Path.of("docs/operations.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
