package dev.penstock.proxy.behaviour;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that sends just the bytes it is told, and tells what became of the connection. */
final class RawClient implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) {
    this(plain(port));
  }

  RawClient(Socket connected) {
    try {
      socket = connected;
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Socket plain(int port) {
    try {
      return new Socket(InetAddress.getLoopbackAddress(), port);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  RawClient send(String bytes) {
    return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new AssertionError("the proxy closed while it was sent to", e);
    }
  }

  /** Reads one response with its body, by its Content-Length, chunks, or until the end. */
  RawResponse read() {
    return read(false);
  }

  /** The same for the answer to a HEAD. */
  RawResponse readHeadAnswer() {
    return read(true);
  }

  private RawResponse read(boolean bodyless) {
    try {
      return RawResponse.read(in, bodyless);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads that many bytes, or fewer when the connection ends before. */
  String readBytes(int count) {
    try {
      return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads until a line end, without it. */
  String readLine() {
    try {
      var line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
      return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads up to and with that text. */
  String readUntil(String end) {
    try {
      var read = new StringBuilder();
      while (!read.toString().endsWith(end)) {
        int b = in.read();
        if (b < 0) {
          throw new AssertionError("the connection ended after: " + read);
        }
        read.append((char) b);
      }
      return read.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the proxy ends the connection within that time, and nothing more comes before. */
  boolean endsWithin(Duration time) {
    try {
      socket.setSoTimeout((int) time.toMillis());
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
