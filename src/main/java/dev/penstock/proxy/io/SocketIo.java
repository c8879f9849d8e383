package dev.penstock.proxy.io;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to wait for sockets, with the kinds of channel that go with it: on Linux io_uring where the
 * system allows it, else epoll; the JDK's elsewhere.
 */
public enum SocketIo {
  IO_URING,
  EPOLL,
  NIO;

  private static final Version URING_SINCE = new Version(6, 15);

  /**
   * Netty's name for waits that go on telling of a socket after they told once. They tell of what
   * changes, and not again of what is so: a reset that came with the last bytes was never seen,
   * since the read that took these had found nothing more, and the client counted as there for
   * ever. A wait that begins anew after each read tells of it at once, for no CPU that could be
   * measured.
   */
  private static final String ONE_WAIT_FOR_MANY_EVENTS = "io.netty.iouring.pollAddMultishotEnabled";

  /** TCP_CLOSE of Linux: the other side has reset the connection. */
  private static final int CLOSE = 7;

  /** TCP_CLOSE_WAIT of Linux: the other side has ended, this one has not. */
  private static final int CLOSE_WAIT = 8;

  /** The one that this process uses; loads its native library, if it has one. */
  public static SocketIo ofThisSystem() {
    return SocketIoChoice.ofThisProcess().taken();
  }

  /** As it is asked for, such as {@code io_uring}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isAvailable() {
    return switch (this) {
      // Many container runtimes forbid io_uring.
      case IO_URING -> {
        System.setProperty(ONE_WAIT_FOR_MANY_EVENTS, "false");
        yield IoUring.isAvailable();
      }
      case EPOLL -> Epoll.isAvailable();
      case NIO -> true;
    };
  }

  /**
   * Whether it is taken where nothing is asked for: io_uring as of Linux 6.15. Before, requests for
   * many events may be told of what came later first ("ensure deferred completions are flushed for
   * multishot"). Those for sockets are for one event each, but those for new connections are not.
   *
   * @param linux version of the kernel
   */
  boolean isTakenUnasked(String linux) {
    return this != IO_URING || Version.parse(linux).compareTo(URING_SINCE) >= 0;
  }

  /** Of a kernel; what is no number counts as none. */
  private record Version(int major, int minor) implements Comparable<Version> {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,5})\\.(\\d{1,5}).*");
    private static final Comparator<Version> ORDER =
        Comparator.comparingInt(Version::major).thenComparingInt(Version::minor);

    static Version parse(String text) {
      Matcher numbers = NUMBERS.matcher(text);
      return numbers.matches()
          ? new Version(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
          : new Version(0, 0);
    }

    @Override
    public int compareTo(Version other) {
      return ORDER.compare(this, other);
    }
  }

  public IoHandlerFactory newHandlers() {
    return switch (this) {
      case IO_URING -> {
        SplicePipe.prepare();
        yield IoUringIoHandler.newFactory();
      }
      case EPOLL -> EpollHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  public Class<? extends ServerChannel> serverType() {
    return switch (this) {
      case IO_URING -> IoUringServerSocketChannel.class;
      case EPOLL -> EpollServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  public Class<? extends Channel> socketType() {
    return switch (this) {
      case IO_URING -> IoUringSocketChannel.class;
      case EPOLL -> EpollSocketChannel.class;
      case NIO -> NioSocketChannel.class;
    };
  }

  /**
   * Whether the peer has ended though not all that it sent has been read, and so its end has not
   * been seen. On Linux the end of its sending causes one read even while reading is stopped, which
   * is the moment to ask.
   */
  public static boolean peerHasLeft(Channel channel) {
    try {
      return switch (channel) {
        case EpollSocketChannel socket -> isLeft(socket);
        case IoUringSocketChannel socket -> isLeft(view(socket));
        default -> false;
      };
    } catch (ChannelException e) {
      return true; // the socket is gone altogether
    }
  }

  private static boolean isLeft(EpollSocketChannel socket) {
    int state = socket.tcpInfo().state();
    return state == CLOSE || state == CLOSE_WAIT;
  }

  /** A second view of the same socket, because the channel itself cannot tell. */
  private static EpollSocketChannel view(UnixChannel channel) {
    return new EpollSocketChannel(channel.fd().intValue());
  }
}
