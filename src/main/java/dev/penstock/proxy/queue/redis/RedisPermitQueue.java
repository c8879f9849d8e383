package dev.penstock.proxy.queue.redis;

import dev.penstock.model.Limiter.FailurePolicy;
import dev.penstock.proxy.io.LoopTasks;
import dev.penstock.proxy.limit.redis.Link;
import dev.penstock.proxy.limit.redis.Reply;
import dev.penstock.proxy.queue.PermitQueue;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The permits of a service that all replicas share. Everything happens on the event loop of one
 * link to Redis, so that steps reach Redis in the order in which they were taken, and nothing is
 * locked.
 *
 * <p>Each ticket is renewed with every heartbeat. One that is not renewed in time is lost.
 */
final class RedisPermitQueue implements PermitQueue, Fallback.Desk, Renewal.Listener {

  /** Of a heartbeat: how often it is looked whether something has ended. */
  private static final int LOOKS = 5;

  private static final long NO_ROOM = 0;
  private static final long GRANTED = 1;
  private static final int HEADER = 2;

  private final Link link;
  private final LoopTasks tasks;
  private final Timing timing;
  private final Dialogue dialogue;
  private final Fallback fallback;
  private final AtomicInteger open = new AtomicInteger();
  private final Tickets tickets = new Tickets();
  private final Renewal renewal;
  private boolean looking;

  /**
   * @param replicas how many share the permits while Redis is away
   */
  RedisPermitQueue(
      Link link,
      Dialogue dialogue,
      Timing timing,
      Supplier<FailurePolicy> policy,
      IntSupplier replicas) {
    this.link = link;
    this.tasks = new LoopTasks(link.loop());
    this.dialogue = dialogue;
    this.timing = timing;
    fallback = new Fallback(policy, replicas, this);
    renewal = new Renewal(link, dialogue, timing, tickets, this);
  }

  @Override
  public Place enter(String client, Waiter waiter) {
    var ticket = new Ticket(client, waiter, each -> tasks.run(() -> end(each)));
    open.incrementAndGet();
    if (!tasks.run(() -> begin(ticket))) {
      open.decrementAndGet();
      ticket.refuse(new Refusal.Unavailable());
    }
    return ticket;
  }

  @Override
  public void resize(int maxInFlight, int maxDepth) {
    dialogue.resize(maxInFlight, maxDepth);
    tasks.run(
        () -> {
          fallback.resize(maxInFlight, maxDepth);
          renewal.now();
        });
  }

  @Override
  public boolean idle() {
    return open.get() == 0;
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
    tickets.add(ticket);
    look();
  }

  private void ask(Ticket ticket) {
    register(ticket);
    long number = ticket.number;
    long good = System.nanoTime() + timing.goodNanos();
    ticket.goodUntil = good;
    dialogue.enter(
        number,
        ticket.client(),
        reply -> entered(ticket, number, good, reply),
        () -> unanswered(ticket, number));
  }

  private void entered(Ticket ticket, long number, long good, Reply reply) {
    long answer = reply.at(0);
    if (!tickets.isCurrent(ticket, number)) {
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
    if (tickets.isCurrent(ticket, number) && !ticket.atBackend()) {
      forget(ticket);
      register(ticket);
      // Who is at the backend by leave of Redis takes up the permits of this process first.
      tickets.inOrder().stream().filter(Ticket::atBackend).forEach(fallback::cover);
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
    tasks.run(() -> granted(number));
  }

  private void granted(long number) {
    Ticket ticket = tickets.find(number);
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
    if (tickets.remove(ticket)) {
      open.decrementAndGet();
      ticket.leaveLocalPlace();
    }
  }

  /** Takes it out of Redis under its number. */
  private void forget(Ticket ticket) {
    tickets.remove(ticket);
    giveBack(ticket.number);
  }

  private void giveBack(long number) {
    dialogue.leave(number, this::granted);
  }

  private void end(Ticket ticket) {
    if (tickets.remove(ticket)) {
      open.decrementAndGet();
      giveBack(ticket.number);
      ticket.leaveLocalPlace();
      ticket.releaseLocalPermit();
    }
  }

  /** The link began or stopped to serve; on the event loop. */
  void linkChanged() {
    dialogue.mayBeAnother();
    List<Ticket> all = tickets.inOrder();
    if (link.serves()) {
      // Before permits of this process come back, which would go to them.
      all.forEach(Ticket::leaveLocalPlace);
      renewal.now();
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

  /** Redis does not know this process any more. Any thread. */
  void forgotten() {
    tasks.run(renewal::now);
  }

  private void look() {
    if (!looking) {
      looking = true;
      long pause = timing.heartbeat().toNanos() / LOOKS;
      tasks.loop().schedule(this::lookAround, pause, TimeUnit.NANOSECONDS);
    }
  }

  private void lookAround() {
    looking = false;
    if (tickets.isEmpty()) {
      return;
    }
    look();
    renewal.beat();
    long now = System.nanoTime();
    tickets.inOrder().forEach(ticket -> lookAt(ticket, now));
  }

  private void lookAt(Ticket ticket, long now) {
    if (ticket.goodUntil - now > 0 || !tickets.isCurrent(ticket, ticket.number)) {
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

  @Override
  public void answered() {
    // Before permits of this process come back, which would go to them.
    tickets.inOrder().forEach(Ticket::leaveLocalPlace);
  }

  @Override
  public void waits(Ticket ticket, int position) {
    ticket.leaveLocalPlace();
    ticket.position(position);
  }

  @Override
  public void holds(Ticket ticket) {
    ticket.leaveLocalPlace();
    if (ticket.atBackend()) {
      ticket.graceUntil = null;
      ticket.releaseLocalPermit();
    } else {
      let(ticket);
    }
  }

  @Override
  public void unknown(Ticket ticket) {
    if (!ticket.atBackend()) {
      // All was lost, or it was away for too long.
      tickets.remove(ticket);
      ask(ticket);
    } else if (ticket.graceUntil == null) {
      // As long as it may take Redis to be sure who else is there, and to be asked once more.
      long grace = timing.timeToLive().plus(timing.heartbeat().multipliedBy(2)).toNanos();
      ticket.graceUntil = System.nanoTime() + grace;
    }
  }
}
