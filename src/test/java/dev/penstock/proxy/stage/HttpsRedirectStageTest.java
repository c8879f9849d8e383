package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpsRedirectStageTest {

  @ParameterizedTest
  @CsvSource({"443, https://h/llm/x", "8443, https://h:8443/llm/x"})
  void aRequestInPlainTextIsSentToHttps(int port, String location) {
    var stage = new HttpsRedirectStage(() -> port);
    var request = new StageRequest("POST", "/llm/x", "", false);
    var respond = assertInstanceOf(StageResult.Respond.class, request.ask(stage));
    assertEquals(308, respond.status());
    assertEquals(Reason.HTTPS_REDIRECT, respond.reason());
    assertEquals(List.of(Map.entry("Location", location)), respond.fields());
  }

  @Test
  void aRequestOverTlsPasses() {
    var request = new StageRequest("POST", "/llm/x", "", true);
    assertSame(StageResult.CONTINUE, request.ask(new HttpsRedirectStage(() -> 443)));
  }
}
