package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.penstock.model.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodySizeStageTest {

  private static StageRequest declaring(String field) {
    return new StageRequest("POST", "/llm/x", field + "\r\n", false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 10", "Content-Length: 0", "Transfer-Encoding: chunked", "A: b"})
  void whatMayStillFitPasses(String field) {
    assertSame(StageResult.CONTINUE, declaring(field).ask(new BodySizeStage(ByteSize.parse("10"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 11", "Content-Length: 999999999999999999"})
  void whatIsDeclaredTooLargeIsRefused(String field) {
    assertEquals(413, declaring(field).refused(new BodySizeStage(ByteSize.parse("10"))));
  }

  @Test
  void zeroMeansNoLimit() {
    var stage = new BodySizeStage(ByteSize.parse("0"));
    assertSame(StageResult.CONTINUE, declaring("Content-Length: 999999999999999999").ask(stage));
  }
}
