package dev.penstock.operator.status;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether all proxies that are ready run a configuration, as far as they have told. */
final class Acknowledged {

  private final List<ProxyState> proxies;

  Acknowledged(List<ProxyState> proxies) {
    this.proxies = List.copyOf(proxies);
  }

  int ready() {
    return proxies.size();
  }

  /** How many run the sequence, and the latest unless they are about to. */
  int programmed(long sequence, long latest) {
    return (int)
        proxies.stream()
            .filter(proxy -> runs(proxy, sequence))
            .filter(proxy -> runs(proxy, latest) || hindrance(proxy, latest).isEmpty())
            .count();
  }

  /** The same of what came with one sequence, when all is to be well with a later one, too. */
  Wanted programmed(long sequence, long latest, String what) {
    return hindrance(latest).map(Acknowledged::pending).orElseGet(() -> programmed(sequence, what));
  }

  /** The condition Programmed of what came with the sequence. */
  Wanted programmed(long sequence, String what) {
    if (proxies.isEmpty()) {
      return pending("no proxy is ready yet");
    }
    Optional<String> hindrance = hindrance(sequence);
    if (hindrance.isPresent()) {
      return pending(hindrance.get());
    }
    Optional<ProxyState> lacking = lacking(sequence).findFirst();
    if (lacking.isPresent()) {
      return new Wanted(
          Wanted.PROGRAMMED,
          Wanted.State.SOON,
          Wanted.PENDING,
          "proxy %s does not run it yet".formatted(lacking.get().pod()));
    }
    if (!proxies.stream().allMatch(proxy -> runs(proxy, sequence))) {
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

  private Stream<ProxyState> lacking(long sequence) {
    return proxies.stream().filter(proxy -> !runs(proxy, sequence) && !proxy.unknown());
  }

  /** Why a proxy will not run it soon. */
  private Optional<String> hindrance(long sequence) {
    return lacking(sequence).flatMap(proxy -> hindrance(proxy, sequence).stream()).findFirst();
  }

  private static Optional<String> hindrance(ProxyState proxy, long sequence) {
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
                    .map(why -> "proxy %s does not answer: %s".formatted(proxy.pod(), why)));
  }
}
