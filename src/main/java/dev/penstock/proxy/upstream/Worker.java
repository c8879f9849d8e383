package dev.penstock.proxy.upstream;

import dev.penstock.proxy.http.DateField;
import dev.penstock.proxy.http.HeadBuffer;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;

/**
 * What one event loop owns. A client's connection, the upstream connections its requests use, and
 * the scratch space for both live on one loop and so need no locks.
 */
public final class Worker {

  private final int index;
  private final EventLoop loop;
  private final Class<? extends Channel> socketType;
  private final HeadBuffer head = new HeadBuffer();
  private final DateField date = new DateField();
  private int turn;

  /**
   * @param index from zero, for arrays with one entry a worker
   * @param socketType the channel class that fits the loop
   */
  public Worker(int index, EventLoop loop, Class<? extends Channel> socketType) {
    this.index = index;
    this.loop = loop;
    this.socketType = socketType;
  }

  public int index() {
    return index;
  }

  public EventLoop loop() {
    return loop;
  }

  public Class<? extends Channel> socketType() {
    return socketType;
  }

  /** Scratch for message heads, cleared; whoever takes it finishes before anything else runs. */
  public HeadBuffer head() {
    return head.clear();
  }

  /** The time now, as a {@code Date} field says it. */
  public AsciiString date() {
    return date.at(System.currentTimeMillis());
  }

  /** A number that is another each time and never negative, to take turns by. */
  int nextTurn() {
    turn = (turn + 1) & Integer.MAX_VALUE;
    return turn;
  }
}
