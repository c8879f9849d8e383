package dev.penstock.proxy.queue.redis;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.limit.redis.Link;
import dev.penstock.proxy.limit.redis.Reply;
import dev.penstock.proxy.queue.PermitQueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The permits of a service that all replicas share. Everything happens on the event loop of one
 * link to Redis, so that steps reach Redis in the order in which they were taken, and nothing is
 * locked.
 *
 * <p>Each ticket is renewed with every heartbeat. A permit is good for so long after the last
 * renewal that Redis is known to have had was <em>sent</em>, which is before it ends by Redis'
 * clock, however long a message takes. One that is not renewed in time is lost.
 */
final class RedisPermitQueue implements PermitQueue, Fallback.Desk {

  /** Tickets that one step renews; more would keep Redis from others. */
  private static final int RENEWED_AT_ONCE = 500;

  /** Of a heartbeat: how often it is looked whether something has ended. */
  private static final int LOOKS = 5;

  private static final long NO_ROOM = 0;
  private static final long GRANTED = 1;
  private static final int HEADER = 2;

  private final Link link;
  private final QueueScript script;
  private final Timing timing;
  private final Fallback fallback;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Long, Ticket> tickets = new HashMap<>();
  private volatile int permits;
  private volatile int depth;
  private long numbers;
  private boolean looking;
  private boolean newConnection = true;
  private int renewals;
  private long renewedAt;

  RedisPermitQueue(
      Link link,
      QueueScript script,
      Timing timing,
      Supplier<FailurePolicy> policy,
      IntSupplier replicas) {
    this.link = link;
    this.script = script;
    this.timing = timing;
    fallback = new Fallback(policy, replicas, this);
  }

  @Override
  public Place enter(String client, Waiter waiter) {
    var ticket = new Ticket(client, waiter, each -> execute(() -> end(each)));
    open.incrementAndGet();
    if (!execute(() -> begin(ticket))) {
      open.decrementAndGet();
      ticket.refuse(new Refusal.Unavailable());
    }
    return ticket;
  }

  @Override
  public void resize(int maxInFlight, int maxDepth) {
    permits = maxInFlight;
    depth = maxDepth;
    execute(
        () -> {
          fallback.resize(maxInFlight, maxDepth);
          renew();
        });
  }

  @Override
  public boolean idle() {
    return open.get() == 0;
  }

  /** Runs on the loop, at once if that is where it is called. */
  private boolean execute(Runnable task) {
    if (link.loop().inEventLoop()) {
      task.run();
      return true;
    }
    try {
      link.loop().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      // The proxy is gone, and with it whoever asked.
      return false;
    }
  }

  private void begin(Ticket ticket) {
    if (ticket.hasLeft()) {
      open.decrementAndGet();
      return;
    }
    if (link.serves()) {
      ask(ticket);
    } else {
      register(ticket);
      fallback.decide(ticket);
    }
  }

  private void register(Ticket ticket) {
    ticket.number = ++numbers;
    tickets.put(ticket.number, ticket);
    look();
  }

  private boolean isCurrent(Ticket ticket, long number) {
    return ticket.equals(tickets.get(number));
  }

  private void ask(Ticket ticket) {
    register(ticket);
    long number = ticket.number;
    long good = System.nanoTime() + timing.goodNanos();
    ticket.goodUntil = good;
    step(
        List.of("enter", "" + number, ClientName.of(ticket.client())),
        reply -> entered(ticket, number, good, reply),
        () -> unanswered(ticket, number));
  }

  private void entered(Ticket ticket, long number, long good, Reply reply) {
    long answer = reply.at(0);
    if (!isCurrent(ticket, number)) {
      // It left before the script was known to Redis and the question was sent again.
      if (answer != NO_ROOM) {
        giveBack(number);
      }
    } else if (answer == NO_ROOM) {
      drop(ticket);
      ticket.refuse(new Refusal.Full(TimeUnit.MILLISECONDS.toNanos(reply.at(1))));
    } else {
      ticket.goodUntil = Math.max(good, ticket.goodUntil);
      ticket.leaveLocalPlace();
      if (answer == GRANTED) {
        let(ticket);
      } else if (!ticket.atBackend()) {
        ticket.position((int) reply.at(1));
      }
    }
    granted(reply);
  }

  private void unanswered(Ticket ticket, long number) {
    if (isCurrent(ticket, number) && !ticket.atBackend()) {
      forget(ticket);
      register(ticket);
      fallback.decide(ticket);
    }
  }

  /** What a step has granted to others of this queue. */
  private void granted(Reply reply) {
    for (int i = HEADER; i < reply.size(); i++) {
      granted(reply.at(i));
    }
  }

  /** Redis is said to have granted a permit. Any thread. */
  void tell(long number) {
    execute(() -> granted(number));
  }

  private void granted(long number) {
    Ticket ticket = tickets.get(number);
    if (ticket != null && !ticket.atBackend()) {
      let(ticket);
    }
  }

  private void let(Ticket ticket) {
    // Too late, the next renewal tells whether it still holds.
    if (ticket.goodUntil - System.nanoTime() > 0) {
      ticket.leaveLocalPlace();
      ticket.grant();
    }
  }

  @Override
  public void grantedHere(Ticket ticket) {
    // What Redis may grant under the old number is given back.
    forget(ticket);
    register(ticket);
    ticket.goodUntil = System.nanoTime();
    ticket.graceUntil = null;
    ticket.grant();
  }

  @Override
  public void keep(Ticket ticket) {
    look();
  }

  @Override
  public void drop(Ticket ticket) {
    if (tickets.remove(ticket.number, ticket)) {
      open.decrementAndGet();
      ticket.leaveLocalPlace();
    }
  }

  /** Takes it out of Redis under its number. */
  private void forget(Ticket ticket) {
    tickets.remove(ticket.number);
    giveBack(ticket.number);
  }

  private void giveBack(long number) {
    // Otherwise it ends by itself.
    step(List.of("leave", "" + number), this::granted, () -> {});
  }

  private void end(Ticket ticket) {
    if (tickets.remove(ticket.number, ticket)) {
      open.decrementAndGet();
      giveBack(ticket.number);
      ticket.leaveLocalPlace();
      ticket.releaseLocalPermit();
    }
  }

  private void step(List<String> what, Consumer<Reply> then, Runnable otherwise) {
    Object[] arguments = script.arguments(permits, depth, newConnection, what);
    boolean introduced = newConnection;
    link.ask(
        new Step(
            script,
            arguments,
            reply -> {
              newConnection &= !introduced;
              then.accept(reply);
            },
            otherwise));
  }

  /** The link began or stopped to serve; on the event loop. */
  void linkChanged() {
    newConnection = true;
    List<Ticket> all = inOrder();
    if (link.serves()) {
      // Before permits of this process come back, which would go to them.
      all.forEach(Ticket::leaveLocalPlace);
      renew();
      return;
    }
    all.stream().filter(Ticket::atBackend).forEach(this::cover);
    if (fallback.policy() != FailurePolicy.CLOSED) {
      all.stream().filter(ticket -> !ticket.atBackend()).forEach(fallback::decide);
    }
  }

  private void cover(Ticket ticket) {
    ticket.graceUntil = null;
    fallback.cover(ticket);
  }

  private List<Ticket> inOrder() {
    return tickets.keySet().stream().sorted().map(tickets::get).toList();
  }

  private void look() {
    if (!looking) {
      looking = true;
      long pause = timing.heartbeat().toNanos() / LOOKS;
      link.loop().schedule(this::lookAround, pause, TimeUnit.NANOSECONDS);
    }
  }

  private void lookAround() {
    looking = false;
    if (tickets.isEmpty()) {
      return;
    }
    look();
    long now = System.nanoTime();
    if (renewals == 0 && now - renewedAt >= timing.heartbeat().toNanos()) {
      renew();
    }
    inOrder().forEach(ticket -> lookAt(ticket, now));
  }

  private void lookAt(Ticket ticket, long now) {
    if (ticket.goodUntil - now > 0 || !isCurrent(ticket, ticket.number)) {
      return;
    }
    if (!ticket.atBackend()) {
      if (!link.serves() && ticket.localPlace == null) {
        fallback.decide(ticket);
      }
    } else if (fallback.policy() == FailurePolicy.OPEN || link.isClosed()) {
      drop(ticket);
      ticket.releaseLocalPermit();
    } else if (ticket.localPermit == null
        || (ticket.graceUntil != null && ticket.graceUntil - now <= 0)) {
      drop(ticket);
      ticket.releaseLocalPermit();
      ticket.lose();
    }
  }

  /** Renews every ticket, and hears what became of it. With none, only makes itself known. */
  private void renew() {
    if (!link.serves()) {
      return;
    }
    renewedAt = System.nanoTime();
    List<Ticket> all = inOrder();
    for (int i = 0; i == 0 || i < all.size(); i += RENEWED_AT_ONCE) {
      renew(all.subList(i, Math.min(all.size(), i + RENEWED_AT_ONCE)));
    }
  }

  private void renew(List<Ticket> some) {
    var what = new ArrayList<String>(some.size() + 1);
    what.add("renew");
    some.forEach(ticket -> what.add(kind(ticket) + ticket.number));
    List<Long> asked = some.stream().map(ticket -> ticket.number).toList();
    long good = renewedAt + timing.goodNanos();
    renewals++;
    step(
        what,
        reply -> {
          renewals--;
          for (int i = 0; i < asked.size() && HEADER + i < reply.size(); i++) {
            renewed(tickets.get(asked.get(i)), good, reply.at(HEADER + i));
          }
        },
        () -> renewals--);
  }

  private String kind(Ticket ticket) {
    if (!ticket.atBackend()) {
      return "w";
    }
    return ticket.goodUntil - renewedAt > 0 ? "h" : "l";
  }

  /**
   * @param answer -1: it holds a permit, 0: Redis does not know it, or else its position
   */
  private void renewed(@Nullable Ticket ticket, long good, long answer) {
    if (ticket == null) {
      return;
    }
    if (answer == 0) {
      unknown(ticket);
      return;
    }
    ticket.goodUntil = Math.max(good, ticket.goodUntil);
    ticket.leaveLocalPlace();
    if (answer > 0) {
      ticket.position((int) answer);
    } else if (ticket.atBackend()) {
      ticket.graceUntil = null;
      ticket.releaseLocalPermit();
    } else {
      let(ticket);
    }
  }

  private void unknown(Ticket ticket) {
    if (!ticket.atBackend()) {
      // All was lost, or it was away for too long.
      tickets.remove(ticket.number);
      ask(ticket);
    } else if (ticket.graceUntil == null) {
      // As long as it may take Redis to be sure who else is there, and to be asked once more.
      long grace = timing.timeToLive().plus(timing.heartbeat().multipliedBy(2)).toNanos();
      ticket.graceUntil = System.nanoTime() + grace;
    }
  }
}
