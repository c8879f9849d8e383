package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.GOAWAY;
import static dev.penstock.proxy.behaviour.Http2Client.RST_STREAM;
import static dev.penstock.proxy.behaviour.Http2Client.SETTINGS;
import static dev.penstock.proxy.behaviour.Http2Client.WINDOW_UPDATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.Await;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/2 that leave an answer untaken, each in its way: none keeps it for ever. */
class Http2StallTest {

  private static final String LIMITS = "idleTimeout: 1s";

  /** A backend whose answer never ends. */
  private static RawBackend endless() {
    return new RawBackend(
        connection -> {
          connection.readRequest();
          connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
          while (true) {
            connection.send(chunk);
          }
        });
  }

  @Test
  void aClientThatReadsNothingLosesItsConnection() throws Exception {
    try (var backend = endless();
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, LIMITS));
        var client = new Http2Client(gateway.httpsPort(), 4, Integer.MAX_VALUE)) {
      client.frame(WINDOW_UPDATE, 0, 0, Http2Client.number(1 << 30)).get(1, "/");
      client.await(DATA);
      Await.within(
          Duration.ofSeconds(20),
          "the connection is given up",
          () -> gateway.metric("penstock_connections{listener=\"https\"}") == 0);
      assertEquals("200 client_stalled", gateway.awaitLogged(1).outcome());
      Await.until("the backend is left", () -> backend.working() == 0);
    }
  }

  @Test
  void aWindowThatShrinksIsNoProgress() throws Exception {
    try (var backend = endless();
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, LIMITS));
        var client = new Http2Client(gateway.httpsPort(), 4, 1_000)) {
      client.get(1, "/").await(DATA);
      Thread shrinking =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int window = 999; window > 950; window--) {
                        client.frame(SETTINGS, 0, 0, Http2Client.settings(4, window)).flush();
                        Thread.sleep(200);
                      }
                    } catch (Exception e) {
                      // The test is over.
                    }
                  });
      long start = System.nanoTime();
      assertEquals(Http2Client.INTERNAL_ERROR, client.await(RST_STREAM).errorCode());
      var lasted = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(lasted.toSeconds() < 8, () -> "lasted: " + lasted);
      shrinking.interrupt();
      shrinking.join();
    }
  }

  @Test
  void aStalledAnswerIsGivenUpDuringADrainToo() throws Exception {
    try (var backend = endless();
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend, "idleTimeout: 3s"));
        var client = new Http2Client(gateway.httpsPort(), 4, 1_000)) {
      client.get(1, "/").await(DATA);
      long start = System.nanoTime();
      Thread drain =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      gateway.server().drain();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      // The second one goes out by itself, for the PING is not answered.
      client.await(frame -> frame.type() == GOAWAY && frame.lastStream() == 1);
      assertEquals(Http2Client.INTERNAL_ERROR, client.await(RST_STREAM).errorCode());
      var lasted = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(lasted.toSeconds() < 8, () -> "lasted: " + lasted);
      assertTrue(drain.join(Duration.ofSeconds(10)), "the drain is over");
    }
  }
}
