package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.limit.redis.Link;
import dev.penstock.proxy.limit.redis.Reply;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has the tickets of a queue count on in Redis, and hears what became of each. A permit is good for
 * so long after the last renewal that Redis is known to have had was <em>sent</em>, which is before
 * it ends by Redis' clock, however long a message takes. On the event loop of the queue.
 */
final class Renewal {

  /** Tickets that one step renews; more would keep Redis from others. */
  private static final int AT_ONCE = 500;

  private static final int HEADER = 2;

  /** Takes what became of a ticket. */
  interface Listener {

    /** Redis has answered; what became of each ticket follows. */
    void answered();

    void holds(Ticket ticket);

    void waits(Ticket ticket, int position);

    /** Redis does not know it. */
    void unknown(Ticket ticket);
  }

  private final Link link;
  private final Dialogue dialogue;
  private final Timing timing;
  private final Tickets tickets;
  private final Listener listener;
  private int open;
  private long renewedAt;
  private boolean again;

  Renewal(Link link, Dialogue dialogue, Timing timing, Tickets tickets, Listener listener) {
    this.link = link;
    this.dialogue = dialogue;
    this.timing = timing;
    this.tickets = tickets;
    this.listener = listener;
  }

  /** Renews, if the last time is a heartbeat ago. */
  void beat() {
    if (open == 0 && System.nanoTime() - renewedAt >= timing.heartbeat().toNanos()) {
      now();
    }
  }

  /** Renews every ticket. With none, only makes this process known. */
  void now() {
    if (!link.serves()) {
      return;
    }
    renewedAt = System.nanoTime();
    // Permits first: what is known of all of them at once need not be waited for.
    List<Ticket> all =
        tickets.inOrder().stream().sorted(Comparator.comparing(each -> !each.atBackend())).toList();
    boolean everyPermit = all.size() <= AT_ONCE || !all.get(AT_ONCE).atBackend();
    for (int i = 0; i == 0 || i < all.size(); i += AT_ONCE) {
      renew(all.subList(i, Math.min(all.size(), i + AT_ONCE)), i == 0 && everyPermit);
    }
  }

  private void renew(List<Ticket> some, boolean everyPermit) {
    List<Long> asked = some.stream().map(ticket -> ticket.number).toList();
    long good = renewedAt + timing.goodNanos();
    open++;
    dialogue.renew(
        some.stream().map(ticket -> kind(ticket) + ticket.number).toList(),
        everyPermit,
        everyPermit && some.size() == tickets.size() ? tickets.last() : 0,
        reply -> {
          open--;
          listener.answered();
          for (int i = 0; i < asked.size() && HEADER + i < reply.size(); i++) {
            renewed(tickets.find(asked.get(i)), good, reply.at(HEADER + i));
          }
          askAgain(reply);
        },
        () -> open--);
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
      listener.unknown(ticket);
      return;
    }
    ticket.goodUntil = Math.max(good, ticket.goodUntil);
    if (answer > 0) {
      listener.waits(ticket, (int) answer);
    } else {
      listener.holds(ticket);
    }
  }

  /** Redis grants nothing for now: somebody has to ask as soon as it does. */
  private void askAgain(Reply reply) {
    long millis = reply.at(1);
    if (millis > 0 && !again && !tickets.isEmpty()) {
      again = true;
      link.loop()
          .schedule(
              () -> {
                again = false;
                now();
              },
              millis,
              TimeUnit.MILLISECONDS);
    }
  }
}
