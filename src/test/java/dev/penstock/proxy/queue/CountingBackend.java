package dev.penstock.proxy.queue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes one byte as a request, works a while, and answers with one. Notes how many requests it had
 * at the same time at most; one whose client hangs up ends at once.
 */
final class CountingBackend implements AutoCloseable {

  private final ServerSocket socket;
  private final int workMillis;
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();

  CountingBackend(int workMillis) throws IOException {
    this.workMillis = workMillis;
    socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      while (client.getInputStream().read() >= 0) {
        most.accumulateAndGet(current.incrementAndGet(), Math::max);
        boolean whole;
        try {
          whole = work(client);
        } finally {
          current.decrementAndGet();
        }
        if (!whole) {
          return;
        }
        served.incrementAndGet();
        client.getOutputStream().write('y');
      }
    } catch (IOException e) {
      // The client was killed.
    }
  }

  private boolean work(Socket client) throws IOException {
    client.setSoTimeout(workMillis);
    try {
      client.getInputStream().read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      client.setSoTimeout(0);
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  int served() {
    return served.get();
  }

  /** How many requests there were at the same time. */
  int most() {
    return most.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
