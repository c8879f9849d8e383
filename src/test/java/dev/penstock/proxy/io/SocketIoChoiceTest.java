package dev.penstock.proxy.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketIoChoiceTest {

  private static final String NEW = "6.18.44";

  private static SocketIo taken(String asked, SocketIo missing) {
    return taken(asked, missing, NEW);
  }

  private static SocketIo taken(String asked, SocketIo missing, String linux) {
    return SocketIoChoice.of(asked, io -> io != missing, linux).taken();
  }

  @Test
  void theFirstThatTheSystemAllowsIsTaken() {
    assertEquals(SocketIo.IO_URING, taken("", SocketIo.NIO));
    assertEquals(SocketIo.EPOLL, taken("", SocketIo.IO_URING));
    assertEquals(SocketIo.NIO, SocketIoChoice.of("", SocketIo.NIO::equals, NEW).taken());
  }

  @Test
  void anotherOneIsTakenWhereItIsAskedFor() {
    assertEquals(SocketIo.EPOLL, taken("epoll", SocketIo.NIO));
    assertEquals(SocketIo.NIO, taken("nio", SocketIo.IO_URING));
  }

  @Test
  void whatTheSystemForbidsIsReplaced() {
    assertEquals(SocketIo.EPOLL, taken("io_uring", SocketIo.IO_URING));
    assertEquals(SocketIo.IO_URING, taken("epoll", SocketIo.EPOLL));
  }

  @Test
  void aWordThatNobodyKnowsIsNotFollowed() {
    assertEquals(SocketIo.IO_URING, taken("kqueue", SocketIo.NIO));
  }

  @ParameterizedTest
  @CsvSource({
    "6.15.0-40-amd64, IO_URING",
    "6.15, IO_URING",
    "10.0.1, IO_URING",
    "6.14.11, EPOLL",
    "6.2.9, EPOLL",
    "5.15.0-1053-aws, EPOLL",
    "unknown, EPOLL",
  })
  void ioUringOfAnOldKernelIsTakenOnlyWhereItIsAskedFor(String linux, SocketIo unasked) {
    assertEquals(unasked, taken("", SocketIo.NIO, linux));
    assertEquals(SocketIo.IO_URING, taken("io_uring", SocketIo.NIO, linux));
  }
}
