package dev.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyCommandTest {

  @TempDir Path folder;

  @Test
  void itEndsWellWhenAskedToStop() throws Exception {
    var stop = new CompletableFuture<Runnable>();
    var ended =
        CompletableFuture.supplyAsync(
            () ->
                CommandRun.of(
                    new FakeProxy(),
                    (asked, _) -> {
                      stop.complete(asked);
                      return () -> {};
                    },
                    folder,
                    arguments()));
    stop.get(10, TimeUnit.SECONDS).run();
    assertEquals(ExitCode.OK, ended.get(20, TimeUnit.SECONDS).exitCode());
  }

  @Test
  void aPublicPortThatIsTakenEndsIt() throws Exception {
    byte[] packed = new EnvelopeCodec().encode(new Envelope(1, ServedConfigs.plain(1)));
    Files.write(folder.resolve("0"), Shards.split(1, packed).getFirst());
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var run = CommandRun.of(arguments("--http-port=" + taken.getLocalPort()));
      assertEquals(ExitCode.CANNOT_LISTEN, run.exitCode(), run.err());
      assertTrue(run.err().contains("choose another port"), run.err());
    }
  }

  @Test
  void aDurationIsWrittenAsInManifests() {
    var run = CommandRun.of("proxy", "--push-wait=3");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.err().contains("'3' is not a duration such as 90s"), run.err());
  }

  @Test
  void aPortIsAPort() {
    var run = CommandRun.of("proxy", "--control-port=-1");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.err().contains("'-1' is not a port: 0 to 65535"), run.err());
  }

  private String[] arguments(String... more) {
    var all =
        new ArrayList<>(
            List.of(
                "proxy",
                "--config-dir=" + folder,
                "--control-dir=" + folder,
                "--bind=127.0.0.1",
                "--admin-bind=127.0.0.1",
                "--http-port=0",
                "--https-port=0",
                "--admin-port=0",
                "--control-port=0",
                "--push-wait=10ms",
                "--drain-delay=10ms",
                "--no-access-log"));
    for (String argument : more) {
      String name = argument.substring(0, argument.indexOf('=') + 1);
      all.removeIf(each -> each.startsWith(name));
      all.add(argument);
    }
    return all.toArray(String[]::new);
  }
}
