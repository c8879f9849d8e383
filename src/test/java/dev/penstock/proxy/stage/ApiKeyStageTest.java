package dev.penstock.proxy.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.AuthPolicy;
import dev.penstock.model.AuthPolicy.ForwardCredentials;
import dev.penstock.ops.ProxyMetrics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyStageTest {

  private final ProxyMetrics metrics = new ProxyMetrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  private ApiKeyStage stage(ForwardCredentials forward, String... keys) {
    var known = List.of(keys).stream().map(ApiKeyStageTest::key).toList();
    var policy = new AuthPolicy.ApiKeys(known, List.of("X-API-Key", "Authorization"), forward);
    return new ApiKeyStage(policy, metrics.route("ai/llm"));
  }

  private static AuthPolicy.ApiKey key(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return new AuthPolicy.ApiKey("id-of-" + key, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-API-Key: b", "Authorization: Bearer b", "Authorization: BEARER b"})
  void theHolderOfAKeyIsNotedAndTheKeyTakenOut(String field) {
    var request = StageRequest.get(field + "\r\nX-Fine: 1\r\n");
    assertSame(StageResult.CONTINUE, request.ask(stage(ForwardCredentials.STRIP, "a", "b", "c")));
    assertEquals("id-of-b", request.context().keyId());
    assertFalse(request.carries("x-api-key"));
    assertFalse(request.carries("authorization"));
    assertTrue(request.carries("x-fine"));
  }

  @Test
  void bothHeadersAreTakenOutThoughOneHoldsTheKey() {
    var request = StageRequest.get("X-API-Key: b\r\nAuthorization: Basic xyz\r\n");
    assertSame(StageResult.CONTINUE, request.ask(stage(ForwardCredentials.STRIP, "b")));
    assertFalse(request.carries("authorization"));
  }

  @Test
  void theKeyStaysWhenTheBackendIsToSeeIt() {
    var request = StageRequest.get("X-API-Key: b\r\n");
    assertSame(StageResult.CONTINUE, request.ask(stage(ForwardCredentials.KEEP, "b")));
    assertTrue(request.carries("x-api-key"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-API-Key: d", "X-API-Key:", "Authorization: b", "Fine: b"})
  void whoHasNoKeyIsUnauthorizedAndUnknown(String field) {
    var request = StageRequest.get(field + "\r\n");
    assertEquals(401, request.refused(stage(ForwardCredentials.STRIP, "a", "b", "c")));
    assertEquals("", request.context().keyId());
  }

  @Test
  void withoutAnyKeysNobodyPasses() {
    assertEquals(401, StageRequest.get("X-API-Key:\r\n").refused(stage(ForwardCredentials.STRIP)));
  }

  @Test
  void twoOfOneHeaderAreAmbiguous() {
    var request = StageRequest.get("X-API-Key: b\r\nx-api-key: b\r\n");
    assertEquals(400, request.refused(stage(ForwardCredentials.STRIP, "b")));
  }
}
