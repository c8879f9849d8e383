package dev.penstock.proxy.queue.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of this process that wait or are at the backend, by the numbers that Redis knows
 * them by. On the event loop of their queue.
 */
final class Tickets {

  private final Map<Long, Ticket> byNumber = new HashMap<>();
  private long last;

  /** Takes it in under a new number. */
  void add(Ticket ticket) {
    ticket.number = ++last;
    byNumber.put(ticket.number, ticket);
  }

  /** Whether it was in. */
  boolean remove(Ticket ticket) {
    return byNumber.remove(ticket.number, ticket);
  }

  /** The last number that was given. */
  long last() {
    return last;
  }

  @Nullable Ticket find(long number) {
    return byNumber.get(number);
  }

  boolean isCurrent(Ticket ticket, long number) {
    return ticket.equals(byNumber.get(number));
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  int size() {
    return byNumber.size();
  }

  /** All, the oldest numbers first. */
  List<Ticket> inOrder() {
    return byNumber.keySet().stream().sorted().map(byNumber::get).toList();
  }
}
