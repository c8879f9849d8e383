import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the suite's own services are served by. Every answer names the pod.
 *
 * <pre>
 * /hello           at once
 * /sleep/MS        after MS milliseconds
 * /stream/N/MS     N lines, one each MS milliseconds
 * /stats           requests in flight, and the most that ever were; not counted itself
 * /stats/reset     the same, and counts the most anew
 * Upgrade          a WebSocket that sends back each short text message
 * </pre>
 *
 * On SIGTERM it takes no more connections, ends what is in flight, and exits.
 */
public final class Backend {
  private static final String POD = System.getenv().getOrDefault("HOSTNAME", "here");
  private static final String WEBSOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private volatile boolean stopping;

  private Backend() {}

  public static void main(String[] args) throws IOException {
    var backend = new Backend();
    var listener = new ServerSocket(8080, 1024);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> backend.stop(listener)));
    while (!listener.isClosed()) {
      try {
        var socket = listener.accept();
        Thread.ofVirtual().start(() -> backend.serve(socket));
      } catch (IOException e) {
        if (!backend.stopping) {
          throw e;
        }
      }
    }
  }

  private void stop(ServerSocket listener) {
    stopping = true;
    try {
      listener.close();
      while (inFlight.get() > 0) {
        Thread.sleep(50);
      }
    } catch (IOException | InterruptedException e) {
      // The process ends anyway.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      var out = new BufferedOutputStream(socket.getOutputStream());
      for (var head = head(in); !head.isEmpty(); head = head(in)) {
        if (!answer(head, in, out)) {
          return;
        }
      }
    } catch (IOException | InterruptedException | GeneralSecurityException e) {
      // The peer is gone.
    }
  }

  /** False when the connection is over. */
  private boolean answer(List<String> head, InputStream in, OutputStream out)
      throws IOException, InterruptedException, GeneralSecurityException {
    var path = head.getFirst().split(" ")[1].split("\\?")[0].split("/");
    var what = path.length > 1 ? path[1] : "";
    if (what.equals("stats")) {
      if (path.length > 2) {
        most.set(inFlight.get());
      }
      whole(out, "{\"inFlight\":%d,\"most\":%d,\"served\":%d}".formatted(
          inFlight.get(), most.get(), served.get()));
      return true;
    }
    most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try {
      long body = readBody(head, in);
      switch (what) {
        case "sleep" -> {
          Thread.sleep(Long.parseLong(path[2]));
          // Over before its answer can bring the next: else the two could be counted at once.
          inFlight.decrementAndGet();
          try {
            whole(out, POD);
          } finally {
            inFlight.incrementAndGet();
          }
        }
        case "stream" -> stream(out, Integer.parseInt(path[2]), Long.parseLong(path[3]));
        case "ws" -> {
          webSocket(field(head, "Sec-WebSocket-Key"), in, out);
          return false;
        }
        default -> whole(out, POD + " " + body);
      }
      served.incrementAndGet();
      return !stopping;
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private void whole(OutputStream out, String text) throws IOException {
    write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + text.length()
        + (stopping ? "\r\nConnection: close" : "") + "\r\n\r\n" + text);
  }

  private void stream(OutputStream out, int count, long pause)
      throws IOException, InterruptedException {
    write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < count; i++) {
      Thread.sleep(pause);
      var line = "data: " + i + "\n\n";
      write(out, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
    }
    write(out, "0\r\n\r\n");
  }

  /** Frames of at most 125 bytes: enough to see that they pass both ways. */
  private static void webSocket(String key, InputStream in, OutputStream out)
      throws IOException, GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-1").digest(ascii(key + WEBSOCKET_KEY));
    write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n");
    for (int first = in.read(); first >= 0; first = in.read()) {
      int length = in.read() & 0x7f;
      var mask = in.readNBytes(4);
      var text = in.readNBytes(length);
      for (int i = 0; i < text.length; i++) {
        text[i] ^= mask[i % 4];
      }
      out.write(first);
      out.write(length);
      out.write(text);
      out.flush();
      if ((first & 0x0f) == 8) {
        return;
      }
    }
  }

  private static long readBody(List<String> head, InputStream in) throws IOException {
    if (field(head, "Transfer-Encoding").isEmpty()) {
      var length = field(head, "Content-Length");
      long bytes = length.isEmpty() ? 0 : Long.parseLong(length);
      in.skipNBytes(bytes);
      return bytes;
    }
    long total = 0;
    for (long size = chunk(in); size > 0; size = chunk(in)) {
      in.skipNBytes(size);
      line(in);
      total += size;
    }
    head(in);
    return total;
  }

  private static long chunk(InputStream in) throws IOException {
    return Long.parseLong(line(in).split(";")[0].strip(), 16);
  }

  private static String field(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** Lines up to the empty one; empty at the end of the connection. */
  private static List<String> head(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      lines.add(line);
    }
    return lines;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(ascii(text));
    out.flush();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
