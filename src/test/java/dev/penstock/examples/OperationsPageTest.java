package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.cli.ProxyCommand;
import dev.penstock.control.ControlCodec;
import dev.penstock.control.ProxyReport;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

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
      metrics.connectionRejected(ConnectionRejection.TLS_HANDSHAKE);
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

  @Test
  void everyOptionOfTheProxyIsExplained() {
    var line = new CommandLine(new ProxyCommand((stop, stopped) -> () -> {}));
    assertEquals(
        List.of(),
        line.getCommandSpec().options().stream()
            .map(OptionSpec::longestName)
            .filter(option -> !page.contains("`" + option + "`"))
            .toList());
  }

  @Test
  void everyFieldOfTheReportIsExplained() throws IOException {
    var report =
        new ProxyReport(
            "1",
            1,
            Optional.of(new ProxyReport.Refusal(2, List.of())),
            true,
            false,
            List.of(),
            Optional.of(new ProxyReport.LimiterState(true, Optional.of("away"), 1)),
            List.of(),
            ProxyReport.ClientsSeen.none());
    var missing = new ArrayList<String>();
    new JsonMapper()
        .readTree(new ControlCodec().encode(report))
        .fieldNames()
        .forEachRemaining(missing::add);
    missing.removeIf(field -> page.contains("`" + field + "`"));
    assertEquals(List.of(), missing);
  }

  private static String read() {
    try {
      return Files.readString(Path.of("docs/operations.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
