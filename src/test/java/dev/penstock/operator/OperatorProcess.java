package dev.penstock.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An operator in a process of its own, which can be stopped, woken and killed as such. */
final class OperatorProcess implements AutoCloseable {

  private final Process process;

  private OperatorProcess(Process process) {
    this.process = process;
  }

  /** Its main program; ends with its standard input, too, so that none is left behind. */
  public static void main(String[] arguments) throws Exception {
    var config = new ConfigBuilder(Config.empty()).withMasterUrl(arguments[0]).build();
    var client = new KubernetesClientBuilder().withConfig(config).build();
    var operator =
        Operators.start(
            client, arguments[1], arguments[2], new ListeningProxies(), Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(operator::close));
    var ended = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                // The same as its end.
              }
              ended.countDown();
            });
    ended.await();
    System.exit(0);
  }

  static OperatorProcess start(String apiUrl, String namespace, String identity) {
    try {
      return new OperatorProcess(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  OperatorProcess.class.getName(),
                  apiUrl,
                  namespace,
                  identity)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Such as {@code KILL}, {@code TERM}, {@code STOP} or {@code CONT}. */
  void signal(String name) {
    try {
      var command = List.of("kill", "-" + name, Long.toString(process.pid()));
      if (new ProcessBuilder(command).start().waitFor() != 0) {
        throw new AssertionError(command + " failed");
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
