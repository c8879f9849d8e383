package dev.penstock.proxy.behaviour;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A backend that does with each connection just what a test says, and keeps every byte it got. */
final class RawBackend implements AutoCloseable {

  /** What to do with a connection; it is closed when this returns. */
  @FunctionalInterface
  interface Script {
    void serve(Connection connection) throws Exception;
  }

  private final ServerSocket server;
  private final Script script;
  private final Thread acceptor;
  private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  RawBackend(Script script) {
    this(InetAddress.getLoopbackAddress(), 0, script);
  }

  RawBackend(InetAddress address, int port, Script script) {
    this.script = script;
    try {
      server = new ServerSocket(port, 512, address);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  /** Answers every request of every connection with the same bytes. */
  static RawBackend answering(String response) {
    return new RawBackend(
        connection -> {
          while (connection.readRequest() != null) {
            connection.send(response);
          }
        });
  }

  /** Answers every request with 200 and this text. */
  static RawBackend ok(String text) {
    return answering("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      working.incrementAndGet();
      socket.setTcpNoDelay(true);
      script.serve(new Connection(socket));
    } catch (Exception e) {
      // The proxy left; what it left behind is what the test looks at.
    } finally {
      working.decrementAndGet();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Connections taken so far. */
  int connections() {
    return connections.get();
  }

  /** Connections whose script has not ended; one that reads has, when the proxy closed. */
  int working() {
    return working.get();
  }

  /** All bytes so far, one connection behind the other. */
  String received() {
    return received.stream()
        .map(bytes -> bytes.toString(StandardCharsets.ISO_8859_1))
        .collect(Collectors.joining());
  }

  /** Takes no more connections; those that are open stay. */
  void stopListening() {
    try {
      server.close();
      // Until it has left, the port may still take connections.
      acceptor.join();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stopListening();
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** One connection from the proxy. */
  final class Connection {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new Recording(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    Socket socket() {
      return socket;
    }

    InputStream in() {
      return in;
    }

    /** Reads one request with its body; null when the proxy has ended the connection. */
    String readRequest() throws IOException {
      String head = readHead();
      if (head == null) {
        return null;
      }
      String lower = head.toLowerCase(Locale.ROOT);
      if (lower.contains("\r\ntransfer-encoding: chunked")) {
        return head + readChunks();
      }
      int at = lower.indexOf("\r\ncontent-length: ");
      if (at < 0) {
        return head;
      }
      int start = at + "\r\ncontent-length: ".length();
      int length = Integer.parseInt(head.substring(start, head.indexOf("\r\n", start)).strip());
      return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Reads up to the empty line; null when the proxy has ended the connection. */
    String readHead() throws IOException {
      var head = new StringBuilder();
      while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return null;
        }
        head.append((char) b);
      }
      return head.toString();
    }

    private String readChunks() throws IOException {
      var all = new StringBuilder();
      while (!all.toString().endsWith("0\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return all.toString();
        }
        all.append((char) b);
      }
      return all.toString();
    }

    /** Reads chunks up to the last and keeps none of them; returns the bytes of the body. */
    long readRequestBodyOfChunks() throws IOException {
      var unkept = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      for (long body = 0; ; ) {
        var size = new StringBuilder();
        while (size.indexOf("\r\n") < 0) {
          size.append((char) unkept.read());
        }
        int length = Integer.parseInt(size.substring(0, size.length() - 2), 16);
        unkept.skipNBytes(length + 2);
        body += length;
        if (length == 0) {
          return body;
        }
      }
    }

    Connection send(String bytes) throws IOException {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return this;
    }

    /** Waits until the proxy ends the connection; what it still sends is kept. */
    void awaitEnd() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private final class Recording extends FilterInputStream {

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    Recording(InputStream in) {
      super(in);
      received.add(kept);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        kept.write(b);
      }
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      if (count > 0) {
        kept.write(into, offset, count);
      }
      return count;
    }
  }
}
