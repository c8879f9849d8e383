package dev.penstock.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;

/**
 * Tells whether a client has left though not all that it sent has been read, and so its end has not
 * been seen. With epoll the end of its sending causes one read even while reading is stopped, which
 * is the moment to ask.
 */
final class Departure {

  /** TCP_CLOSE_WAIT of Linux: the other side has ended, this one has not. */
  private static final int CLOSE_WAIT = 8;

  private Departure() {}

  static boolean of(Channel channel) {
    try {
      return channel instanceof EpollSocketChannel socket && socket.tcpInfo().state() == CLOSE_WAIT;
    } catch (ChannelException e) {
      return true; // the socket is gone altogether
    }
  }
}
