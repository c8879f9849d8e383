package dev.penstock.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Tls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCodecTest {

  private static final GatewayConfig FULL = RandomConfigs.full();

  private final ConfigCodec codec = new ConfigCodec();

  @Test
  void everyFieldSurvivesTheRoundTrip() throws Exception {
    assertEquals(FULL, codec.decode(codec.encode(FULL)));
  }

  @Test
  void anyConfigurationSurvivesTheRoundTrip() throws Exception {
    for (int seed = 0; seed < 500; seed++) {
      GatewayConfig config = new RandomConfigs(new Random(seed)).next();
      assertEquals(config, codec.decode(codec.encode(config)), "seed " + seed);
    }
  }

  @Test
  void theOrderOfRoutesDoesNotChangeTheBytes() {
    GatewayConfig config = new RandomConfigs(new Random(7)).next();
    var routes = new ArrayList<>(config.routes());
    assertTrue(routes.size() > 1);
    Collections.reverse(routes);
    var reversed =
        new GatewayConfig(
            config.name(),
            config.hostnames(),
            config.tls(),
            config.clientIp(),
            config.limits(),
            config.limiter(),
            config.drainTimeout(),
            routes);
    assertArrayEquals(codec.encode(config), codec.encode(reversed));
  }

  @Test
  void theRedactedFormShowsNoSecret() {
    String shown = codec.redacted(FULL);
    assertFalse(shown.contains(RandomConfigs.KEY_PEM.lines().toList().get(1)), shown);
    assertFalse(shown.contains(RandomConfigs.SHA256), shown);
    assertFalse(shown.contains(RandomConfigs.QUERY_TOKEN), shown);
    assertFalse(shown.contains(RandomConfigs.REDIS_PASSWORD), shown);
    assertTrue(shown.contains("\"keyPem\" : \"[redacted]\""), shown);
    assertTrue(shown.contains("\"/check?[redacted]\""), shown);
    assertTrue(shown.contains("ai/whisper"), shown);
  }

  @Test
  void aFieldOfANewerVersionIsSkipped() throws Exception {
    String json = full().replace("\"burst\":3", "\"burst\":3,\"news\":{\"a\":[1]}");
    assertEquals(FULL, codec.decode(json.getBytes(UTF_8)));
  }

  @Test
  void aNewerFormatIsReadWhenThisReaderIsNewEnough() throws Exception {
    String json = full().replace("\"format\":2", "\"format\":9");
    assertEquals(FULL, codec.decode(json.getBytes(UTF_8)));
  }

  @Test
  void aFormatThatNeedsANewerReaderIsRefusedWithTheMend() {
    String json = full().replace("\"oldestReader\":2", "\"oldestReader\":3");
    String message = refusal(json);
    assertTrue(message.startsWith("$.oldestReader: "), message);
    assertTrue(message.contains("format 3 or newer"), message);
    assertTrue(message.endsWith("upgrade penstock"), message);
  }

  @Test
  void onlyAConfigurationThatAsksForCertificatesNeedsAReaderThatKnowsOfThem() {
    GatewayConfig without = withTls(FULL.tls().withoutClientCa());
    assertTrue(text(FULL).startsWith("{\"format\":2,\"oldestReader\":2,"), text(FULL));
    assertTrue(text(without).startsWith("{\"format\":2,\"oldestReader\":1,"), text(without));
  }

  @Test
  void noTwoFeaturesAreOfOneFormatAndTheFirstHadNone() {
    var formats = Arrays.stream(Feature.values()).map(Feature::since).toList();
    assertEquals(formats.size(), Set.copyOf(formats).size());
    assertTrue(formats.stream().allMatch(since -> since > Feature.FIRST_FORMAT));
  }

  private static GatewayConfig withTls(Tls tls) {
    return new GatewayConfig(
        FULL.name(),
        FULL.hostnames(),
        tls,
        FULL.clientIp(),
        FULL.limits(),
        FULL.limiter(),
        FULL.drainTimeout(),
        FULL.routes());
  }

  private String text(GatewayConfig config) {
    return new String(codec.encode(config), UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"burst\":3 | \"burst\":\"3\" | $.gateway.routes[0].rateLimit.burst: is not a whole number",
        "\"burst\":3 | \"burst\":-1 | $.gateway.routes[0].rateLimit.burst: is -1",
        "\"burst\":3 | \"burst\":3.5 | $.gateway.routes[0].rateLimit.burst: is not a whole number",
        "\"burst\":3 | \"burst\":3000000000 | $.gateway.routes[0].rateLimit.burst: is not a whole",
        "\"burst\":3, | '' | $.gateway.routes[0].rateLimit.burst: is missing",
        "\"rate\":\"6r/m\" | \"rate\":\"6/m\" | $.gateway.routes[0].rateLimit.rate: '6/m' is not",
        "\"mode\":\"DRY_RUN\" | \"mode\":\"DRY\" | $.gateway.routes[0].rateLimit.mode: 'DRY' is none of",
        "\"type\":\"External\" | \"type\":\"Oidc\" | $.gateway.routes[0].auth.type: 'Oidc' is none of",
        "\"drainTimeout\":\"PT1M\" | \"drainTimeout\":\"60s\" | $.gateway.drainTimeout: is not a duration",
        "\"path\":\"/stt\" | \"path\":\"stt\" | $.gateway.routes[0].path: 'stt' is not a path",
        "\"path\":\"/stt\" | \"path\":null | $.gateway.routes[0].path: is not a string",
        "\"hostnames\":[ | \"hostnames\":{},\"x\":[ | $.gateway.hostnames: is not a list",
        "\"port\":9011 | \"port\":0 | $.gateway.routes[0].upstream.endpoints[0].port: is 0",
      })
  void aRefusalNamesThePath(String from, String to, String message) {
    String json = full();
    assertTrue(json.contains(from), "the test changes nothing: " + from);
    String told = refusal(json.replaceFirst(Pattern.quote(from), to));
    assertTrue(told.startsWith(message), told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"format\":1,\"format\":1}",
        "{\"format\":1} {}",
        "{\"format\":1",
        "''",
        "[]",
        "{}",
      })
  void whatIsNoDocumentIsRefused(String json) {
    refusal(json);
  }

  @Test
  void aDuplicateKeyDeepInsideIsRefused() {
    refusal(full().replace("\"burst\":3", "\"burst\":3,\"burst\":3"));
  }

  @Test
  void aRefusalNeverQuotesTheDocument() {
    String broken = full().replace("\"keyPem\":\"", "\"keyPem\":\"\u0001");
    String message = refusal(broken);
    assertFalse(message.contains("BEGIN"), message);
  }

  private String full() {
    return new String(codec.encode(FULL), UTF_8);
  }

  private String refusal(String json) {
    return assertThrows(ConfigFormatException.class, () -> codec.decode(json.getBytes(UTF_8)))
        .getMessage();
  }
}
