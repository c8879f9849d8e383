package dev.penstock.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlCodecTest {

  private static final ProxyReport FULL =
      new ProxyReport(
          "1.2.3",
          7,
          Optional.of(new ProxyReport.Refusal(8, List.of("why", "and why"))),
          true,
          false,
          List.of("serving ai/default"),
          Optional.of(new ProxyReport.LimiterState(true, Optional.of("away"), 3)),
          List.of(
              new ProxyReport.CertificateEnd(
                  "ai/tls", List.of("ai.example.com"), Instant.parse("2027-01-02T03:04:05Z"))),
          new ProxyReport.ClientsSeen(100, 3, Duration.ofMinutes(5)));

  private final ControlCodec codec = new ControlCodec();

  @Test
  void aReportSurvivesTheRoundTrip() throws IOException {
    assertEquals(FULL, codec.report(codec.encode(FULL)));
  }

  @Test
  void anAnswerSurvivesTheRoundTrip() throws IOException {
    var answer = new PushAnswer(7, List.of("why"));
    assertEquals(answer, codec.answer(codec.encode(answer)));
  }

  @Test
  void whatAnotherVersionLeavesOutOrAddsIsNoProblem() throws IOException {
    var expected =
        new ProxyReport(
            "",
            7,
            Optional.empty(),
            false,
            false,
            List.of(),
            Optional.empty(),
            List.of(),
            ProxyReport.ClientsSeen.none());
    assertEquals(expected, codec.report("{\"sequence\":7,\"news\":[{}]}".getBytes(UTF_8)));
    assertEquals(new PushAnswer(0, List.of()), codec.answer("{}".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "<html>",
        "{\"certificates\":[{\"notAfter\":\"soon\"}]}",
        "{\"clients\":{\"window\":\"5m\"}}"
      })
  void whatIsNoReportIsRefused(String json) {
    assertThrows(IOException.class, () -> codec.report(json.getBytes(UTF_8)));
  }
}
