package dev.penstock.proxy.behaviour;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ClosingTest {

  @Test
  void aProxyThatTerminatesTlsMayBeClosedTwice() {
    var gateway =
        RunningGateway.serving(
            """
            apiVersion: penstock.dev/v1alpha1
            kind: AIGateway
            metadata: {name: default, namespace: ai}
            spec: {}
            """);
    int port = gateway.httpsPort();
    gateway.server().close();
    assertDoesNotThrow(gateway.server()::close);
    assertThrows(
        ConnectException.class,
        () -> {
          try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getInputStream();
          }
        });
    gateway.close();
  }
}
