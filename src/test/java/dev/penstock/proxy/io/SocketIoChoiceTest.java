package dev.penstock.proxy.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SocketIoChoiceTest {

  private static SocketIo taken(String asked, SocketIo missing) {
    return SocketIoChoice.of(asked, io -> io != missing).taken();
  }

  @Test
  void epollIsUsedUnlessSomethingElseIsAskedFor() {
    assertEquals(SocketIo.EPOLL, taken("", SocketIo.NIO));
    assertEquals(SocketIo.IO_URING, taken("io_uring", SocketIo.NIO));
    assertEquals(SocketIo.NIO, taken("nio", SocketIo.IO_URING));
  }

  @Test
  void whatTheSystemForbidsIsReplaced() {
    assertEquals(SocketIo.EPOLL, taken("io_uring", SocketIo.IO_URING));
    assertEquals(SocketIo.NIO, taken("epoll", SocketIo.EPOLL));
    assertEquals(SocketIo.NIO, taken("", SocketIo.EPOLL));
  }

  @Test
  void aWordThatNobodyKnowsIsNotFollowed() {
    assertEquals(SocketIo.EPOLL, taken("kqueue", SocketIo.NIO));
  }
}
