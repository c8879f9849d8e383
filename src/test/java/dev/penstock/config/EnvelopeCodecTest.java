package dev.penstock.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.InvalidValueException;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Route;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeCodecTest {

  private static final Envelope FULL = new Envelope(7, RandomConfigs.full());

  private final EnvelopeCodec codec = new EnvelopeCodec();

  @Test
  void anyEnvelopeSurvivesTheRoundTrip() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var envelope = new Envelope(1 + random.nextLong(1L << 50), new RandomConfigs(random).next());
      assertEquals(envelope, codec.decode(codec.encode(envelope)), "seed " + seed);
    }
  }

  @Test
  void theSameEnvelopeGivesTheSameBytes() throws Exception {
    assertArrayEquals(codec.encode(FULL), codec.encode(FULL));
  }

  @Test
  void theDocumentIsThatOfTheConfigCodecWithASequence() throws Exception {
    String json = json(FULL);
    assertTrue(json.startsWith("{\"format\":2,\"oldestReader\":2,"), json);
    assertTrue(json.endsWith(",\"sequence\":7}"), json);
    assertEquals(FULL.config(), new ConfigCodec().decode(json.getBytes(UTF_8)));
  }

  @Test
  void fiveThousandRoutesFitInOneShardAndAreReadInSeconds() throws Exception {
    var envelope = new Envelope(1, large(5_000));
    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          byte[] packed = codec.encode(envelope);
          assertTrue(packed.length < Shards.MAX_PAYLOAD, packed.length + " bytes");
          Envelope read = codec.decode(packed); // with its routes by service
          assertEquals(5_000, read.config().routes().size());
          assertArrayEquals(packed, codec.encode(read));
        });
  }

  @Test
  void whatNoProxyWouldReadIsNotWritten() {
    var random = new Random(1);
    var certificates = new ArrayList<Certificate>();
    for (int i = 0; i < 20; i++) {
      var noise = new byte[1 << 20];
      random.nextBytes(noise);
      certificates.add(
          new Certificate(
              "c" + i, Base64.getEncoder().encodeToString(noise), new Sensitive("key")));
    }
    GatewayConfig full = FULL.config();
    var tls = full.tls().withCertificates(certificates);
    String message =
        assertThrows(
                ConfigTooLargeException.class,
                () -> codec.encode(new Envelope(1, full.withTls(tls))))
            .getMessage();
    assertTrue(message.startsWith("the configuration takes 27,"), message);
    assertTrue(message.endsWith("compressed 14,743,552"), message);
  }

  @Test
  void aBombIsRefusedBeforeItFillsTheMemory() throws Exception {
    var bomb = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bomb)) {
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 300; i++) {
        out.write(zeros);
      }
    }
    assertTrue(bomb.size() < 1 << 20);
    assertEquals("$: unpacks to more than 67108864 bytes", refusal(bomb.toByteArray()));
  }

  @Test
  void whereverItIsCutOffItIsRefused() throws Exception {
    byte[] packed = codec.encode(FULL);
    for (int length = 0; length < packed.length; length += 13) {
      String message = refusal(Arrays.copyOf(packed, length));
      assertEquals("$: is cut off", message, "cut at " + length);
    }
  }

  @Test
  void aFlippedBitNeverPassesForAnotherConfiguration() throws Exception {
    byte[] packed = codec.encode(FULL);
    for (int at = 10; at < packed.length; at += 7) {
      byte[] damaged = packed.clone();
      damaged[at] ^= 1;
      assertFalse(refusal(damaged).contains("BEGIN"), "bit at " + at);
    }
  }

  @Test
  void plainJsonIsRefused() {
    assertEquals(
        "$: is not gzip, or damaged: Not in GZIP format",
        refusal(new ConfigCodec().encode(FULL.config())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"sequence\":7} | } | $.sequence: is missing",
        "\"sequence\":7 | \"sequence\":\"7\" | $.sequence: is not a whole number",
        "\"sequence\":7 | \"sequence\":0 | $.sequence: is 0; the first is 1",
        "\"sequence\":7 | \"sequence\":-1 | $.sequence: is -1; the first is 1",
        "\"sequence\":7 | \"sequence\":1e30 | $.sequence: is not a whole number",
        "\"burst\":3 | \"burst\":-1 | $.gateway.routes[0].rateLimit.burst: is -1",
        "\"format\":2, | \"format\":2,, | $: is not JSON",
      })
  void aWrongDocumentIsRefusedWithItsPlace(String from, String to, String message) {
    String json = json(FULL);
    assertTrue(json.contains(from), "the test changes nothing: " + from);
    String told = refusal(pack(json.replace(from, to)));
    assertTrue(told.startsWith(message), told);
  }

  @Test
  void anEnvelopeForNewerReadersIsRefusedWithTheMend() {
    String message = refusal(pack(json(FULL).replace("\"oldestReader\":2", "\"oldestReader\":3")));
    assertTrue(message.contains("format 3 or newer"), message);
    assertTrue(message.endsWith("upgrade penstock"), message);
  }

  @Test
  void aNewerWriterThatThisReaderUnderstandsIsRead() throws Exception {
    String json = json(FULL).replace("\"format\":2", "\"format\":9,\"news\":[{}]");
    assertEquals(FULL, codec.decode(pack(json)));
  }

  @Test
  void aSequenceStartsAtOne() {
    assertThrows(InvalidValueException.class, () -> new Envelope(0, FULL.config()));
  }

  private String refusal(byte[] packed) {
    return assertThrows(ConfigFormatException.class, () -> codec.decode(packed)).getMessage();
  }

  private String json(Envelope envelope) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(codec.encode(envelope)))) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ConfigTooLargeException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] pack(String json) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(json.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What a cluster with so many services looks like: an address or two each, limits, auth. */
  static GatewayConfig large(int routes) {
    var random = new Random(5);
    GatewayConfig full = RandomConfigs.full();
    Route model = full.routes().getFirst();
    List<Route> all = new ArrayList<>(routes);
    for (int i = 0; i < routes; i++) {
      var endpoints =
          List.of(
              new Upstream.Endpoint("10.1." + random.nextInt(256) + "." + random.nextInt(256), 80),
              new Upstream.Endpoint("10.2." + random.nextInt(256) + "." + random.nextInt(256), 80));
      all.add(
          new Route(
              new ResourceName("team-" + i % 50, "service-" + i),
              List.of(),
              "/service-" + i,
              "/",
              new Upstream(endpoints, Optional.empty()),
              model.rateLimit(),
              model.timeouts(),
              model.maxBodySize(),
              model.auth(),
              model.cors(),
              model.concurrency()));
    }
    return new GatewayConfig(
        full.name(),
        full.hostnames(),
        full.tls(),
        full.clientIp(),
        full.limits(),
        full.limiter(),
        full.drainTimeout(),
        all);
  }
}
