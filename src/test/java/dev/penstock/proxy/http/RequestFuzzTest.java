package dev.penstock.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random requests with fixed seeds: a failure names the round, and is the same again. */
class RequestFuzzTest {

  private static final List<String> PARTS =
      List.of(
          "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
          "\r\nHEAD /?x=%20y HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
          "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
          "PUT /c HTTP/1.1\r\nhost:h\r\nTransfer-Encoding: chunked"
              + "\r\n\r\n5;a=b\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
          "PATCH /d HTTP/1.1\r\nHost: h\r\nTRANSFER-ENCODING: Chunked\r\nExpect: 100-continue"
              + "\r\n\r\n0003\r\n\r\n\r\r\n0;z\r\nX-Trailer: a\r\nHost: b\r\nY_Z: c\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: upgrade, x-a\r\nX-A: 1\r\nX-B: \u00e9 "
              + "\r\nX_C: 2\r\nX-Forwarded-For: 1\r\nCookie: a=b; c=d\r\n\r\n",
          "DELETE http://h:80/e HTTP/1.1\r\nHost: h\r\nX: " + "y".repeat(900) + "\r\n\r\n",
          "GET /" + "t".repeat(242) + " HTTP/1.1\r\nHost: h\r\n\r\n");

  private static final String SPICE =
      "\r\n\r\n\r\n \t:;,=\u0000\u0001\u007f\u0080\u00ff09afxAZ-+_.%/@[]\"\\";

  private static String conversation(Random random) {
    var all = new StringBuilder();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      all.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return all.toString();
  }

  private static byte[] mutate(String text, Random random) {
    var mutated = new StringBuilder(text);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(mutated.length());
      char spice = SPICE.charAt(random.nextInt(SPICE.length()));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(at, spice);
        case 1 -> mutated.insert(at, spice);
        case 2 -> mutated.deleteCharAt(at);
        case 3 -> mutated.setCharAt(at, (char) random.nextInt(256));
        default -> {
          int end = Math.min(mutated.length(), at + 1 + random.nextInt(30));
          mutated.insert(random.nextInt(mutated.length()), mutated.substring(at, end));
        }
      }
    }
    return Wire.bytes(mutated.toString());
  }

  @Test
  void soundRequestsAreReadHoweverTheyAreCut() {
    var random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      byte[] whole = Wire.bytes(conversation(random));
      String expected = Wire.read(List.of(whole));
      assertFalse(expected.contains("refused"), expected);
      assertEquals(expected, Wire.read(Wire.cut(whole, random)), "round " + round);
    }
  }

  @Test
  void brokenRequestsAreRefusedOrReadTheSameHoweverTheyAreCut() {
    var random = new Random(2);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          int refused = 0;
          for (int round = 0; round < 30_000; round++) {
            byte[] whole = mutate(conversation(random), random);
            String expected = Wire.read(List.of(whole));
            refused += expected.endsWith("refused") ? 1 : 0;
            assertEquals(
                expected, Wire.read(Wire.cut(whole, random)), "round " + round + ": " + expected);
          }
          assertTrue(refused > 10_000 && refused < 29_000, "refused " + refused);
        });
  }

  @Test
  void everyCutOfEveryRequestReadsTheSame() {
    for (String part : PARTS) {
      byte[] whole = Wire.bytes(part);
      String expected = Wire.read(List.of(whole));
      for (int at = 1; at < whole.length; at++) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(Wire.bytes(part.substring(0, at)));
        pieces.add(Wire.bytes(part.substring(at)));
        assertEquals(expected, Wire.read(pieces), part + " cut at " + at);
      }
    }
  }

  @Test
  void anyBytesAreRefusedAndNothingElseIsThrown() {
    var random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      String read = Wire.read(List.of(bytes));
      assertTrue(read.isEmpty() || read.equals("refused"), read);
    }
  }
}
