package dev.penstock.proxy.queue;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The order in which those who wait get their turn: start-time fair queueing with turns of one
 * size. Each client's next turn is in a round, the one behind its last, and not one that is over;
 * rounds are served one after the other, and first come first served within. Not for several
 * threads.
 */
final class FairOrder<T> {

  /** So many clients that wait for nothing may be remembered beside those that wait. */
  private static final int MAX_IDLE = 1024;

  /** A place in the order. */
  static final class Ticket<T> {

    private final Client<T> client;
    private final long sequence;
    private final T value;

    private Ticket(Client<T> client, long sequence, T value) {
      this.client = client;
      this.sequence = sequence;
      this.value = value;
    }

    T value() {
      return value;
    }
  }

  private static final class Client<T> {

    private final ArrayDeque<Ticket<T>> waiting = new ArrayDeque<>(2);

    /** Of the first that waits, or else of the next to come. */
    private long round;

    private long firstSequence() {
      return waiting.getFirst().sequence;
    }
  }

  private final Map<String, Client<T>> clients = new HashMap<>();
  private final TreeSet<Client<T>> order =
      new TreeSet<>(
          Comparator.<Client<T>>comparingLong(client -> client.round)
              .thenComparingLong(Client::firstSequence));
  private long current;
  private long sequence;
  private int size;

  int size() {
    return size;
  }

  /** How many clients something is known of. */
  int remembered() {
    return clients.size();
  }

  Ticket<T> add(String name, T value) {
    Client<T> client = client(name);
    var ticket = new Ticket<>(client, sequence++, value);
    client.waiting.add(ticket);
    if (client.waiting.size() == 1) {
      client.round = Math.max(client.round, current);
      order.add(client);
    }
    size++;
    return ticket;
  }

  /** Takes out whose turn it is; nothing when nobody waits. */
  @Nullable Ticket<T> poll() {
    Client<T> client = order.pollFirst();
    if (client == null) {
      return null;
    }
    Ticket<T> first = client.waiting.removeFirst();
    current = client.round++;
    size--;
    if (!client.waiting.isEmpty()) {
      order.add(client);
    }
    return first;
  }

  /** Notes a turn of a client that did not have to wait for it. */
  void passed(String name) {
    Client<T> client = client(name);
    current = Math.max(client.round, current);
    client.round = current + 1;
  }

  /** Takes out one that waits no longer; those of the client behind it move up. */
  void remove(Ticket<T> ticket) {
    Client<T> client = ticket.client;
    boolean first = client.waiting.peekFirst() == ticket;
    if (first) {
      order.remove(client); // its key is about to change
    }
    client.waiting.remove(ticket);
    size--;
    if (first && !client.waiting.isEmpty()) {
      order.add(client);
    }
  }

  /** How many come before it, and itself. */
  int position(Ticket<T> ticket) {
    long round = ticket.client.round;
    for (Ticket<T> each : ticket.client.waiting) {
      if (each == ticket) {
        break;
      }
      round++;
    }
    int position = 1;
    for (Client<T> client : order) {
      long its = client.round;
      for (Ticket<T> other : client.waiting) {
        if (its > round || (its == round && other.sequence >= ticket.sequence)) {
          break;
        }
        position++;
        its++;
      }
    }
    return position;
  }

  private Client<T> client(String name) {
    if (clients.size() >= 2 * (size + MAX_IDLE)) {
      forget();
    }
    return clients.computeIfAbsent(name, _ -> new Client<>());
  }

  /** Drops what makes no difference any more; if that is little, then also who was just served. */
  private void forget() {
    clients.values().removeIf(client -> client.waiting.isEmpty() && client.round <= current);
    if (clients.size() > size + MAX_IDLE) {
      clients.values().removeIf(client -> client.waiting.isEmpty());
    }
  }
}
