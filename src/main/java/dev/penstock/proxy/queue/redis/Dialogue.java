package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.limit.redis.Link;
import dev.penstock.proxy.limit.redis.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a queue of this process and Redis say to each other: the steps of the script, in the order
 * in which they are taken. On the event loop of the link, where nothing else is said.
 */
final class Dialogue {

  private final Link link;
  private final QueueScript script;
  private final Timing timing;
  private final IntSupplier replicas;
  private volatile int permits;
  private volatile int depth;

  /** How often there may have been another server, and which of these times it was looked at. */
  private int changes = 1;

  private int looked;

  /** When Redis first answered; what it gave this process before it did, it did not give. */
  private @Nullable Long answeredAt;

  /**
   * @param replicas how many there have lately been at most
   */
  Dialogue(Link link, QueueScript script, Timing timing, IntSupplier replicas) {
    this.link = link;
    this.script = script;
    this.timing = timing;
    this.replicas = replicas;
  }

  /** Other bounds from the next step on. Any thread. */
  void resize(int newPermits, int newDepth) {
    permits = newPermits;
    depth = newDepth;
  }

  /** There may be another server behind the link from now on, or one that lost its data. */
  void mayBeAnother() {
    changes++;
  }

  void enter(long number, String client, Consumer<Reply> then, Runnable otherwise) {
    step(List.of("enter", "" + number, ClientName.of(client)), then, otherwise);
  }

  /** Without an answer it ends by itself. */
  void leave(long number, Consumer<Reply> then) {
    step(List.of("leave", "" + number), then, () -> {});
  }

  /**
   * @param tickets each its kind and number
   * @param everyPermit whether all permits that this process has are among them
   * @param allUpTo of the numbers up to this one no others are in use; a new server may know such
   *     all the same, by questions that reached it late
   */
  void renew(
      List<String> tickets,
      boolean everyPermit,
      long allUpTo,
      Consumer<Reply> then,
      Runnable otherwise) {
    var what = new ArrayList<String>(tickets.size() + 4);
    what.add("renew");
    what.add("" + (everyPermit ? replicas.getAsInt() : 0));
    what.add("" + acquaintedMillis());
    what.add("" + allUpTo);
    what.addAll(tickets);
    step(what, then, otherwise);
  }

  /** For how long Redis has known this queue of this process, at least. */
  private long acquaintedMillis() {
    return answeredAt == null
        ? 0
        : Math.max(0, (System.nanoTime() - answeredAt) / 1_000_000 - timing.margin().toMillis());
  }

  private void step(List<String> what, Consumer<Reply> then, Runnable otherwise) {
    int current = changes;
    link.ask(
        new Step(
            script,
            script.arguments(permits, depth, looked < current, what),
            reply -> {
              looked = Math.max(looked, current);
              answeredAt = answeredAt == null ? (Long) System.nanoTime() : answeredAt;
              then.accept(reply);
            },
            () -> {
              // A cluster may have another node take over while the link as a whole serves on.
              mayBeAnother();
              otherwise.run();
            }));
  }
}
