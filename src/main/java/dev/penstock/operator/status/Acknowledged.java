package dev.penstock.operator.status;

import java.util.List;
import java.util.Optional;

/** Whether all proxies that are ready run a configuration, as far as they have told. */
final class Acknowledged {

  private final List<ProxyState> proxies;

  Acknowledged(List<ProxyState> proxies) {
    this.proxies = List.copyOf(proxies);
  }

  int ready() {
    return proxies.size();
  }

  int programmed(long sequence) {
    return (int) proxies.stream().filter(proxy -> runs(proxy, sequence)).count();
  }

  /** The condition Programmed of what came with the sequence. */
  Wanted programmed(long sequence, String what) {
    if (proxies.isEmpty()) {
      return pending("no proxy is ready yet");
    }
    Optional<ProxyState> lacking =
        proxies.stream().filter(proxy -> !runs(proxy, sequence) && !proxy.unknown()).findFirst();
    if (lacking.isPresent()) {
      return pending(why(lacking.get(), sequence));
    }
    if (programmed(sequence) < proxies.size()) {
      return new Wanted(
          Wanted.PROGRAMMED,
          Wanted.State.AS_BEFORE,
          Wanted.PENDING,
          "not every proxy has been asked yet");
    }
    return new Wanted(
        Wanted.PROGRAMMED, Wanted.State.TRUE, Wanted.PROGRAMMED, "every ready proxy runs " + what);
  }

  static Wanted pending(String message) {
    return new Wanted(Wanted.PROGRAMMED, Wanted.State.FALSE, Wanted.PENDING, message);
  }

  private static boolean runs(ProxyState proxy, long sequence) {
    return proxy.running() >= sequence;
  }

  private static String why(ProxyState proxy, long sequence) {
    return proxy
        .refusal(sequence)
        .map(
            problems ->
                "proxy %s refuses the configuration and runs the one before: %s"
                    .formatted(proxy.pod(), String.join("; ", problems)))
        .or(
            () ->
                proxy
                    .silence()
                    .map(why -> "proxy %s does not answer: %s".formatted(proxy.pod(), why)))
        .orElseGet(() -> "proxy %s does not run it yet".formatted(proxy.pod()));
  }
}
