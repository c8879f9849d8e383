package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.Upstream;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AuthCacheTest {

  private static final AuthVerdict YES = new AuthVerdict.Allowed(AsciiString.EMPTY_STRING);
  private static final AuthVerdict NO = new AuthVerdict.Denied(403, List.of());

  // Near the wrap of a long, which nanoTime is free to reach.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AuthCache cache = new AuthCache(policy(Optional.empty()), now::get);

  private static AuthPolicy.Cache policy(Optional<List<String>> keyHeaders) {
    return new AuthPolicy.Cache(Duration.ofSeconds(30), Duration.ofSeconds(2), keyHeaders);
  }

  private static AuthCache.Key key(long number) {
    return new AuthCache.Key(number, 0, 0, 0);
  }

  private static AuthCache.Key key(Optional<List<String>> keyHeaders, StageRequest request) {
    var external =
        new AuthPolicy.External(
            new Upstream(List.of(new Upstream.Endpoint("127.0.0.1", 1)), Optional.empty()),
            "/auth",
            List.of("X-API-Key", "X-Team", "X-Trace"),
            List.of(),
            Duration.ofSeconds(1),
            AuthPolicy.FailurePolicy.CLOSED,
            Optional.of(policy(keyHeaders)),
            AuthPolicy.ForwardCredentials.STRIP);
    return AuthCache.key(external, request.context());
  }

  @Test
  void anAnswerIsBelievedForItsTimeAndNotANanosecondMore() {
    cache.complete(key(1), YES);
    cache.complete(key(2), NO);
    now.addAndGet(Duration.ofSeconds(2).toNanos() - 1);
    assertSame(NO, cache.get(key(2)));
    now.addAndGet(1);
    assertNull(cache.get(key(2)));
    now.addAndGet(Duration.ofSeconds(28).toNanos() - 1);
    assertSame(YES, cache.get(key(1)));
    now.addAndGet(1);
    assertNull(cache.get(key(1)));
  }

  @Test
  void whatIsNeitherYesNorNoIsNotKept() {
    cache.complete(key(1), new AuthVerdict.Unavailable("down"));
    cache.complete(key(2), new AuthVerdict.Unusable("a redirect"));
    assertNull(cache.get(key(1)));
    assertNull(cache.get(key(2)));
  }

  @Test
  void theAnswerThatWasUnusedLongestGivesWay() {
    for (int i = 0; i < 10_000; i++) {
      cache.complete(key(i), YES);
    }
    assertNotNull(cache.get(key(0)));
    cache.complete(key(10_000), YES);
    assertNotNull(cache.get(key(0)));
    assertNull(cache.get(key(1)));
    assertNotNull(cache.get(key(2)));
  }

  @Test
  void allWhoWaitHearTheOneAnswerAndTheNextAsksAgain() {
    List<String> heard = new ArrayList<>();
    assertTrue(cache.await(key(1), Runnable::run, verdict -> heard.add("a " + verdict)));
    assertFalse(cache.await(key(1), Runnable::run, verdict -> heard.add("b " + verdict)));
    assertTrue(cache.await(key(2), Runnable::run, verdict -> heard.add("c")));
    var down = new AuthVerdict.Unavailable("down");
    cache.complete(key(1), down);
    assertEquals(List.of("a " + down, "b " + down), heard);
    assertTrue(cache.await(key(1), Runnable::run, verdict -> heard.add("d")));
  }

  @Test
  void neighbouringValuesAreKeptApart() {
    Optional<List<String>> all = Optional.empty();
    var one = key(all, StageRequest.get("X-API-Key: ab\r\nX-Team: c\r\n"));
    assertEquals(one, key(all, StageRequest.get("x-team: c\r\nx-api-key: ab\r\n")));
    for (String other :
        List.of(
            "X-API-Key: a\r\nX-Team: bc\r\n",
            "X-API-Key: ab\r\nX-Trace: c\r\n",
            "X-API-Key: ab\r\nX-Team: c\r\nX-Trace:\r\n",
            "X-API-Key: ab\r\n")) {
      assertNotEquals(one, key(all, StageRequest.get(other)), other);
    }
  }

  @Test
  void methodPathAndSchemeArePartOfTheKeyUnlessHeadersAreNamed() {
    Optional<List<String>> all = Optional.empty();
    var named = Optional.of(List.of("X-Team"));
    var one = StageRequest.get("X-Team: a\r\n");
    for (var other :
        List.of(
            new StageRequest("PUT", "/llm/x", "X-Team: a\r\n", false),
            new StageRequest("GET", "/llm/y", "X-Team: a\r\n", false),
            new StageRequest("GET", "/llm/x", "X-Team: a\r\n", true),
            StageRequest.get("X-Team: a\r\nX-Trace: 1\r\n"))) {
      assertNotEquals(key(all, one), key(all, other));
      assertEquals(key(named, one), key(named, other));
    }
    assertNotEquals(key(named, one), key(named, StageRequest.get("X-Team: b\r\n")));
  }

  @Test
  void aCredentialIsPartOfTheKeyThoughItIsNotNamed() {
    var named = Optional.of(List.of("X-Team"));
    assertNotEquals(
        key(named, StageRequest.get("X-Team: a\r\nX-API-Key: k\r\n")),
        key(named, StageRequest.get("X-Team: a\r\n")));
  }

  @Test
  void ofACredentialOnlyAHashIsKept() {
    assertTrue(
        Arrays.stream(AuthCache.Key.class.getRecordComponents())
            .allMatch(component -> component.getType() == long.class));
  }
}
