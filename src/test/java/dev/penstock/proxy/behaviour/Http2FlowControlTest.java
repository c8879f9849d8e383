package dev.penstock.proxy.behaviour;

import static dev.penstock.proxy.behaviour.Http2Client.DATA;
import static dev.penstock.proxy.behaviour.Http2Client.HEADERS;
import static dev.penstock.proxy.behaviour.Http2Client.WINDOW_UPDATE;
import static dev.penstock.proxy.behaviour.Http2Client.number;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.proxy.behaviour.Http2Client.Frame;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each stream has a window of its own (RFC 9113 section 5.2): who stops one stops no other. */
class Http2FlowControlTest {

  private static final int MEGABYTE = 1_000_000;

  private static RawBackend sending(int bytes) {
    return new RawBackend(
        connection -> {
          while (connection.readRequest() != null) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
            for (int left = bytes; left > 0; left -= MEGABYTE) {
              connection.send("x".repeat(Math.min(left, MEGABYTE)));
            }
          }
        });
  }

  @Test
  void answersThatAreNotTakenHoldUpNoOther() throws Exception {
    try (var backend = sending(MEGABYTE);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/not-taken").get(3, "/not-taken").get(5, "/not-taken");
      for (int stalled = 0; stalled < 3 * 65_535; ) {
        stalled += takeOfAll(client, client.await(DATA));
      }
      client.get(7, "/taken");
      int taken = 0;
      while (taken < MEGABYTE) {
        Frame data = client.await(DATA);
        assertEquals(7, data.stream());
        taken += takeOfAll(client, data);
        giveBack(client, 7, data.payload().remaining());
      }
    }
  }

  /** Gives the connection its window back, as clients do on receipt, and the stream nothing. */
  private static int takeOfAll(Http2Client client, Frame data) throws IOException {
    int size = data.payload().remaining();
    giveBack(client, 0, size);
    return size;
  }

  private static void giveBack(Http2Client client, int stream, int size) throws IOException {
    if (size > 0) {
      client.frame(WINDOW_UPDATE, 0, stream, number(size)).flush();
    }
  }

  @Test
  void windowsThatAreGivenBackInSmallPiecesAreNoFlood() throws Exception {
    int all = 16 * MEGABYTE;
    try (var backend = sending(all);
        var gateway = RunningGateway.serving(Http2Manifests.serving(backend));
        var client = new Http2Client(gateway.httpsPort())) {
      client.get(1, "/");
      int taken = 0;
      int told = 0;
      while (taken < all) {
        taken += client.await(DATA).payload().remaining();
        for (; taken - told >= 4096; told += 4096) {
          client.frame(WINDOW_UPDATE, 0, 0, number(4096)).frame(WINDOW_UPDATE, 0, 1, number(4096));
        }
        client.flush();
      }
    }
  }

  @Test
  void bodiesThatABackendDoesNotTakeHoldUpNoOther() throws Exception {
    int[] smallWindows = {4, 1000};
    var stalled = new CountDownLatch(3);
    try (var arena =
            new H2cArena(
                connection -> {
                  var peer = new H2cPeer(connection, smallWindows);
                  int last = 0;
                  for (int taken = 0; taken < 60_000; ) {
                    Frame frame = peer.read();
                    int size = frame.payload().remaining();
                    if (frame.type() == HEADERS) {
                      last = frame.stream();
                      stalled.countDown();
                    } else if (frame.type() == DATA && size > 0) {
                      peer.frame(WINDOW_UPDATE, 0, 0, number(size));
                      if (frame.stream() == last && stalled.getCount() == 0 && last > 5) {
                        peer.frame(WINDOW_UPDATE, 0, last, number(size));
                        taken += size;
                      }
                    }
                  }
                  peer.answer(last, "taken");
                  peer.awaitEnd();
                });
        var client = arena.client()) {
      for (int stream = 1; stream <= 5; stream += 2) {
        post(client, stream, 65_000, false);
      }
      assertTrue(stalled.await(10, TimeUnit.SECONDS));
      post(client, 7, 60_000, true);
      assertEquals("taken", client.answer(7).body());
    }
  }

  private static void post(Http2Client client, int stream, int size, boolean last)
      throws IOException {
    client.post(stream, "/");
    for (int left = size; left > 0; left -= 10_000) {
      int piece = Math.min(left, 10_000);
      client.data(stream, "x".repeat(piece), last && left == piece);
    }
  }
}
