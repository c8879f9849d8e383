package dev.penstock.proxy.behaviour;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All that came from the proxy on a connection until its end. */
record Outcome(List<RawResponse> responses) {

  /** Reads to the end of the connection; fails when the proxy leaves it open or resets it. */
  static Outcome of(RawClient client) {
    try {
      var all = new ByteArrayInputStream(client.socket().getInputStream().readAllBytes());
      List<RawResponse> responses = new ArrayList<>();
      while (all.available() > 0) {
        responses.add(RawResponse.read(all, false));
      }
      return new Outcome(responses);
    } catch (IOException e) {
      throw new AssertionError("the connection did not end cleanly", e);
    }
  }
}
