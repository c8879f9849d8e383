package dev.penstock.cli;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command line in process, with what it printed. */
record CommandRun(int exitCode, String out, String err) {

  @Command(name = "penstock", mixinStandardHelpOptions = true)
  private static final class Root implements Runnable {
    @Override
    public void run() {}
  }

  static CommandRun of(String... arguments) {
    return of(new FakeProxy(), (stop, stopped) -> () -> {}, Path.of("unused"), arguments);
  }

  static CommandRun of(ProxyStarter proxies, Stop stop, Path state, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = line(proxies, stop, state, out, err).execute(arguments);
    return new CommandRun(code, out.toString(), err.toString());
  }

  static CommandLine line(
      ProxyStarter proxies, Stop stop, Path state, StringWriter out, StringWriter err) {
    return Commands.under(
            new Root(),
            new RunCommand(
                proxies, stop, Clock.systemUTC(), Map.of("XDG_STATE_HOME", state.toString())),
            new ProxyCommand(stop),
            new CheckCommand(),
            new CrdsCommand(() -> new KubernetesClientBuilder().build()),
            new CompletionCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }
}
