package dev.penstock.cli;

import java.util.concurrent.CountDownLatch;

/** How a running command learns that it has to stop; a seam for tests. */
@FunctionalInterface
public interface Stop {

  /** Takes the registration back. */
  @FunctionalInterface
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** {@code stop} is called once; the process ends when {@code stopped} is at zero. */
  Registration register(Runnable stop, CountDownLatch stopped);

  /** SIGTERM and SIGINT. A JVM would exit with 143 or 130; a clean stop is a success. */
  static Stop bySignal() {
    return (stop, stopped) -> {
      var hook = new Thread(() -> halt(stop, stopped), "penstock-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      return () -> remove(hook);
    };
  }

  private static void halt(Runnable stop, CountDownLatch stopped) {
    stop.run();
    try {
      stopped.await(); // bounded by the drain timeout
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyStopping) {
      // The hook is at work: it is what this run was ended by.
    }
  }
}
