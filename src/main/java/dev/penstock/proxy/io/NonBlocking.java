package dev.penstock.proxy.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.netty.channel.unix.UnixChannel;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Makes a socket one whose calls do not wait. Those that Netty accepts by io_uring do, for io_uring
 * itself need not care; a splice(2) would hold up the event loop.
 */
final class NonBlocking {

  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 04000;

  /** {@code int fcntl(int fd, int op, ...)}. */
  private static final MethodHandle FCNTL = fcntl();

  private NonBlocking() {}

  /** Finds the function: that takes tens of milliseconds, which are no event loop's to spend. */
  static void prepare() {
    // The class is initialized by now.
  }

  @SuppressWarnings("restricted") // the launcher enables native access
  private static MethodHandle fcntl() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("fcntl"),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
        Linker.Option.firstVariadicArg(2));
  }

  /** Returns whether it is one now. */
  static boolean make(UnixChannel socket) {
    try {
      return (int) FCNTL.invokeExact(socket.fd().intValue(), F_SETFL, O_NONBLOCK) == 0;
    } catch (Throwable e) { // as MethodHandle declares it
      throw new AssertionError(e);
    }
  }
}
