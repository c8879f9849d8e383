package dev.penstock.proxy.io;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was asked for, and what is taken instead where the system does not allow that.
 *
 * @param asked in lower case; empty when nothing was
 */
record SocketIoChoice(String asked, SocketIo taken) {

  /** Environment variable: {@code io_uring}, {@code epoll} or {@code nio}. */
  static final String VARIABLE = "PENSTOCK_TRANSPORT";

  /** System property with the same meaning, which wins. */
  static final String PROPERTY = "penstock.transport";

  private static final Logger LOG = LoggerFactory.getLogger(SocketIoChoice.class);

  private static final class Once {
    static final SocketIoChoice CHOICE =
        of(configured(), SocketIo::isAvailable, System.getProperty("os.version")).tell();
  }

  /** Looked up and told of in the log once. */
  static SocketIoChoice ofThisProcess() {
    return Once.CHOICE;
  }

  private static String configured() {
    return System.getProperty(PROPERTY, Optional.ofNullable(System.getenv(VARIABLE)).orElse(""));
  }

  /**
   * The one asked for if it is available, else the first that is.
   *
   * @param linux version of the kernel, such as {@code 6.1.0-40-amd64}
   */
  static SocketIoChoice of(String asked, Predicate<SocketIo> available, String linux) {
    SocketIo taken =
        first(io -> io.label().equals(asked), available)
            .or(() -> first(io -> io.isTakenUnasked(linux), available))
            .orElse(SocketIo.NIO);
    return new SocketIoChoice(asked, taken);
  }

  /** Availability last: to know it a native library is loaded. */
  private static Optional<SocketIo> first(
      Predicate<SocketIo> meant, Predicate<SocketIo> available) {
    return Stream.of(SocketIo.values()).filter(meant).filter(available).findFirst();
  }

  private SocketIoChoice tell() {
    if (asked.equals(taken.label())) {
      LOG.info("Sockets are waited for with {}, as {} says", asked, VARIABLE);
    } else if (!asked.isEmpty()) {
      LOG.warn(
          "{}={}: not available here (io_uring, epoll and nio are known, and container runtimes"
              + " forbid io_uring by default): {} is used",
          VARIABLE,
          asked,
          taken.label());
    }
    return this;
  }
}
