package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Rate;
import dev.penstock.model.RateLimit;
import dev.penstock.model.ResourceName;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.LimitScope;
import dev.penstock.proxy.limit.RateLimiter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RateLimitStageTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Decision ALLOWED = new Decision.Allowed(0, 2, SECOND, SECOND);
  private static final Decision REFUSED = new Decision.Refused(0, SECOND + 1, 3 * SECOND);

  private final ProxyMetrics metrics = new ProxyMetrics();
  private final List<String> keys = new ArrayList<>();
  private final List<Consumer<? super Decision>> undecided = new ArrayList<>();

  @AfterEach
  void close() {
    metrics.close();
  }

  private RateLimitStage stage(RateLimit.Mode mode, RateLimiter limiter) {
    var scope = new LimitScope(ResourceName.parse("ai/default"), ResourceName.parse("ai/llm"));
    var config = new RateLimit(Rate.parse("6r/m"), 2, Optional.empty(), 429, mode);
    return new RateLimitStage(limiter, scope, config, metrics.route("ai/llm"));
  }

  private RateLimitStage deciding(RateLimit.Mode mode, Decision decision) {
    return stage(
        mode,
        (key, limit, cost, then) -> {
          keys.add(key + " " + cost);
          then.accept(decision);
        });
  }

  private static String fields(StageRequest request) {
    return new String(request.context().responseFields().toArray(), StandardCharsets.US_ASCII);
  }

  @Test
  void anAllowedRequestPassesAndIsToldWhatIsLeft() {
    var request = StageRequest.get("");
    assertSame(StageResult.CONTINUE, request.ask(deciding(RateLimit.Mode.ENFORCE, ALLOWED)));
    assertEquals(List.of("ai/default/ai/llm/" + StageRequest.CLIENT + " 1"), keys);
    assertEquals(
        "RateLimit-Policy: \"default\";q=3;w=30\r\nRateLimit: \"default\";r=2;t=1\r\n",
        fields(request));
  }

  @Test
  void aRefusalTellsWhenToComeBackRoundedUp() {
    var request = StageRequest.get("");
    var respond =
        assertInstanceOf(
            StageResult.Respond.class, request.ask(deciding(RateLimit.Mode.ENFORCE, REFUSED)));
    assertEquals(429, respond.status());
    assertEquals(Reason.RATE_LIMITED, respond.reason());
    assertTrue(respond.fields().contains(Map.entry("Retry-After", "2")), respond.toString());
  }

  @Test
  void withoutADecisionARequestIsUnavailableAndNeverLimited() {
    var request = StageRequest.get("");
    assertEquals(503, request.refused(deciding(RateLimit.Mode.ENFORCE, Decision.UNAVAILABLE)));
  }

  @Test
  void inDryRunWhateverIsDecidedPasses() {
    for (Decision decision : List.of(ALLOWED, REFUSED, Decision.UNAVAILABLE)) {
      var request = StageRequest.get("");
      assertSame(StageResult.CONTINUE, request.ask(deciding(RateLimit.Mode.DRY_RUN, decision)));
      assertEquals(decision instanceof Decision.Refused, request.context().wouldLimit());
      assertEquals("", fields(request));
    }
  }

  @Test
  void inDryRunNobodyWaits() {
    var request = StageRequest.get("");
    var delayed = new Decision.Allowed(SECOND, 0, SECOND, SECOND);
    assertSame(StageResult.CONTINUE, request.ask(deciding(RateLimit.Mode.DRY_RUN, delayed)));
  }

  @Test
  void aDelayedRequestPassesWhenItsTimeHasCome() {
    var request = StageRequest.get("");
    var delayed = new Decision.Allowed(SECOND, 0, SECOND, SECOND);
    request.channel().freezeTime();
    assertSame(StageResult.PENDING, request.ask(deciding(RateLimit.Mode.ENFORCE, delayed)));
    request.channel().advanceTimeBy(SECOND - 1, TimeUnit.NANOSECONDS);
    request.channel().runScheduledPendingTasks();
    assertEquals(List.of(), request.later());
    request.channel().advanceTimeBy(1, TimeUnit.NANOSECONDS);
    request.channel().runScheduledPendingTasks();
    assertEquals(List.of(StageResult.CONTINUE), request.later());
  }

  @ParameterizedTest
  @EnumSource(RateLimit.Mode.class)
  void aDecisionThatComesLaterIsHandedOnOnce(RateLimit.Mode mode) {
    var request = StageRequest.get("");
    var stage = stage(mode, (key, limit, cost, then) -> undecided.add(then));
    assertSame(StageResult.PENDING, request.ask(stage));
    assertEquals(List.of(), request.later());
    undecided.getFirst().accept(ALLOWED);
    request.channel().runPendingTasks();
    assertEquals(List.of(StageResult.CONTINUE), request.later());
  }
}
