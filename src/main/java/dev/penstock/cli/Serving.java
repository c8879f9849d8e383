package dev.penstock.cli;

import dev.penstock.cli.Certification.Certified;
import dev.penstock.config.FileSnapshot;
import dev.penstock.config.FileSource;
import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.model.Tls;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One run: from reading the files to the last request. All decisions fall on one thread. */
final class Serving {

  private sealed interface Event {
    record Files(FileSnapshot snapshot) implements Event {}

    record Certificates() implements Event {}

    record Stopped() implements Event {}
  }

  private static final long CERTIFICATE_LOOK_HOURS = 1;

  private final Sources sources;
  private final ListenOptions options;
  private final ProxyStarter proxies;
  private final Stop stop;
  private final Console console;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  Serving(
      Sources sources, ListenOptions options, ProxyStarter proxies, Stop stop, Console console) {
    this.sources = sources;
    this.options = options;
    this.proxies = proxies;
    this.stop = stop;
    this.console = console;
  }

  /** Returns the exit code once stopped, or when nothing can be served. */
  int run() throws InterruptedException {
    FileSnapshot snapshot = sources.read();
    LoadedManifests loaded = sources.load(snapshot);
    if (!loaded.problems().isEmpty()) {
      console.lines(loaded.problems());
      console.line(ProblemCount.of(loaded.problems()) + "; nothing is served.");
      return ExitCode.PROBLEMS;
    }
    try {
      Certified certified = sources.choose(loaded);
      refuseUnreachable(certified);
      try (RunningProxy proxy = proxies.start(options, certified.config())) {
        console.lines(loaded.warnings().stream().map(each -> "warning: " + each).toList());
        console.lines(new Banner(certified.config(), proxy, certified.selfSigned()).lines());
        proxy.settle();
        var reload = new Reload(sources, proxy, console, loaded, certified.config());
        return serve(proxy, snapshot, reload);
      }
    } catch (CommandFailedException e) {
      console.line(e.reason());
      return e.exitCode();
    } catch (CannotListenException e) {
      console.line(e.reason());
      return ExitCode.CANNOT_LISTEN;
    } catch (RefusedConfigException e) {
      console.lines(e.problems());
      return ExitCode.PROBLEMS;
    }
  }

  private int serve(RunningProxy proxy, FileSnapshot first, Reload reload)
      throws InterruptedException {
    var stopped = new CountDownLatch(1);
    List<FileSource> watches =
        sources.watch(
            first,
            changed -> events.add(new Event.Files(changed)),
            () -> events.add(new Event.Certificates()));
    try (var _ = stop.register(() -> events.add(new Event.Stopped()), stopped)) {
      untilStopped(reload);
      watches.forEach(FileSource::close);
      console.event("stopping: requests in flight may finish");
      proxy.drain();
      console.event("stopped");
      return ExitCode.OK;
    } finally {
      watches.forEach(FileSource::close);
      proxy.close();
      stopped.countDown();
    }
  }

  private void untilStopped(Reload reload) throws InterruptedException {
    while (true) {
      switch (events.poll(CERTIFICATE_LOOK_HOURS, TimeUnit.HOURS)) {
        case Event.Files files -> reload.files(files.snapshot());
        case Event.Certificates() -> reload.certificates();
        case Event.Stopped() -> {
          return;
        }
        case null -> reload.certificates();
      }
    }
  }

  private void refuseUnreachable(Certified certified) throws CommandFailedException {
    boolean tls = certified.config().tls().mode() == Tls.Mode.TERMINATE;
    if ((tls ? options.httpsPort() : options.httpPort()) == -1) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          tls
              ? "--https-port -1 leaves nothing that serves: the gateway terminates TLS. Give a"
                  + " port, or set spec.tls.mode to Disabled."
              : "--http-port -1 leaves nothing that serves: the gateway has tls.mode Disabled. Give"
                  + " a port.");
    }
  }
}
