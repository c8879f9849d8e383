package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class DataPlaneTest {

  @Test
  void whatCannotEvenBeTriedIsCountedAsRefused() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    var options =
        new ListenOptions(loopback, 0, -1, loopback, 0, false, ListenOptions.WarmUpMode.NONE);
    try (var proxy = DataPlane.start(options, ServedConfigs.plain(1))) {
      assertShown(proxy, "penstock_config_reloads_total{result=\"failure\"} 0.0");
      proxy.refused();
      assertShown(proxy, "penstock_config_reloads_total{result=\"failure\"} 1.0");
    }
  }

  private static void assertShown(RunningProxy proxy, String line) throws Exception {
    int port = proxy.adminAddress().orElseThrow().getPort();
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
    try (var client = HttpClient.newHttpClient()) {
      String page = client.send(request.build(), BodyHandlers.ofString()).body();
      assertTrue(page.contains("\n" + line + "\n"), page);
    }
  }
}
