package dev.penstock.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AccessLineTest {
  private final AccessLine encoder = new AccessLine();

  @Test
  void writesEveryFieldInItsOrder() {
    assertEquals(
        "{\"time\":\"2026-01-02T03:04:05.006Z\","
            + "\"request_id\":\"0f8fad5bd9cb469fa16570867728950e\",\"client\":\"192.0.2.7\","
            + "\"method\":\"POST\",\"host\":\"ai.example.com\","
            + "\"path\":\"/stt/v1/audio/transcriptions\",\"service\":\"ai/whisper-stt\","
            + "\"status\":200,\"reason\":\"none\",\"duration_ms\":1500.000,"
            + "\"first_byte_ms\":250.000,\"request_bytes\":48213,\"response_bytes\":1204,"
            + "\"upstream\":\"10.1.2.3:9011\",\"key\":\"\",\"tls\":true,"
            + "\"http_version\":\"1.1\",\"user_agent\":\"OpenAI/Python 1.99.1\"}\n",
        encode(Facts.plain()));
  }

  @Test
  void aMissingFirstByteIsNullAndADryRunRefusalIsShown() throws IOException {
    var json = parse(Facts.plain().withOutcome(503, "auth_unavailable", -1, true));
    assertTrue(json.get("first_byte_ms").isNull());
    assertTrue(json.get("dry_run_limited").booleanValue());
    assertFalse(json.get("tls").booleanValue());
    assertEquals(503, json.get("status").intValue());
  }

  @Test
  void aClientCannotEndALineOrForgeAField() throws IOException {
    var evil = "/x\"}\n{\"time\":\"now\",\"status\":200}\r\n\\\u0000\u001b[31m\u007f\u009b2J\u2028";
    var facts = Facts.plain().withText("GE\"T", evil, "h\\\"", "a\"\n,\"key\":\"admin");
    var line = encode(facts);
    assertEquals(line.length() - 1, line.indexOf('\n'), "one line");
    assertOnlyPrintableAscii(line);
    var json = new ObjectMapper().readTree(line);
    assertEquals(evil, json.get("path").textValue());
    assertEquals("GE\"T", json.get("method").textValue());
    assertEquals("h\\\"", json.get("host").textValue());
    assertEquals("a\"\n,\"key\":\"admin", json.get("user_agent").textValue());
    assertEquals("", json.get("key").textValue());
    assertEquals(200, json.get("status").intValue());
  }

  @Test
  void everyTextComesBackAsItWas() throws IOException {
    var random = new Random(42);
    for (int round = 0; round < 2_000; round++) {
      var text = new StringBuilder("/");
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append((char) random.nextInt(round % 2 == 0 ? 0x100 : 0xd800));
      }
      var line = encode(Facts.plain().withPath(text.toString()));
      assertOnlyPrintableAscii(line);
      assertEquals(text.toString(), new ObjectMapper().readTree(line).get("path").textValue());
    }
  }

  @Test
  void bytesBeyondAsciiAreShownAsLatin1() throws IOException {
    var bytes = new AsciiString(new byte[] {'/', (byte) 0xc3, (byte) 0xa9, (byte) 0xff});
    var json = parse(Facts.plain().withPath(bytes.toString()));
    assertEquals("/\u00c3\u00a9\u00ff", json.get("path").textValue());
  }

  @Test
  void halfASurrogatePairStaysWithinAscii() throws IOException {
    var line = encode(Facts.plain().withPath("/\ud83d"));
    assertOnlyPrintableAscii(line);
    assertEquals("/\ud83d", new ObjectMapper().readTree(line).get("path").textValue());
  }

  @Test
  void theWorstLineIsBoundedAndValid() throws IOException {
    var line = encode(Facts.hostile());
    assertTrue(line.length() < 128 << 10, "fits a ring: " + line.length());
    assertOnlyPrintableAscii(line);
    var json = new ObjectMapper().readTree(line);
    assertEquals(8192, json.get("path").textValue().length());
    assertEquals(512, json.get("user_agent").textValue().length());
    assertEquals(0, json.get("status").intValue());
    assertEquals(0, json.get("response_bytes").longValue());
  }

  @Test
  void theNextLineHasNothingOfTheLast() {
    var first = encode(Facts.plain());
    encode(Facts.hostile());
    assertEquals(first, encode(Facts.plain()));
  }

  @Test
  void timesAreRightAcrossSecondsAndBeforeTheEpoch() {
    assertEquals("1970-01-01T00:00:00.000Z", time(0));
    assertEquals("1969-12-31T23:59:59.999Z", time(-1));
    assertEquals("2026-12-31T23:59:59.999Z", time(1_798_761_599_999L));
    assertEquals("2027-01-01T00:00:00.000Z", time(1_798_761_600_000L));
    assertEquals("2026-12-31T23:59:59.007Z", time(1_798_761_599_007L));
  }

  private final Timestamp timestamp = new Timestamp();

  private String time(long millis) {
    var line = new JsonLine();
    timestamp.write(millis, line);
    return text(line);
  }

  private JsonNode parse(RequestFacts facts) throws IOException {
    return new ObjectMapper().readTree(encode(facts));
  }

  private String encode(RequestFacts facts) {
    return text(encoder.encode(facts));
  }

  private static String text(JsonLine line) {
    return new String(line.bytes(), 0, line.length(), StandardCharsets.ISO_8859_1);
  }

  private static void assertOnlyPrintableAscii(String line) {
    assertTrue(line.endsWith("}\n"));
    assertTrue(
        line.substring(0, line.length() - 1).chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
  }
}
