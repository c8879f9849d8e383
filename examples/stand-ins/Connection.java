import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;

/**
 * One HTTP/1.x connection on plain sockets rather than the JDK's server: that one rewrites header
 * names and cannot tell, between two writes, that the client has left.
 */
final class Connection implements Runnable {
  private static final int MAX_HEAD = 64 * 1024;
  private static final String BAD_REQUEST =
      "HTTP/1.1 400 Bad Request\r\nServer: stand-in\r\n"
          + "Content-Length: 0\r\nConnection: close\r\n\r\n";

  private final Socket socket;
  private final StandIn standIn;
  private final Stats stats;
  private final boolean verbose;

  Connection(Socket socket, StandIn standIn, Stats stats, boolean verbose) {
    this.socket = socket;
    this.standIn = standIn;
    this.stats = stats;
    this.verbose = verbose;
  }

  @Override
  public void run() {
    stats.connections.incrementAndGet();
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      var out = new BufferedOutputStream(socket.getOutputStream());
      boolean again = true;
      while (again) {
        again = serveOne(in, out);
      }
    } catch (IOException | IllegalArgumentException e) {
      // The peer is gone or sends no HTTP; serve() has counted it if that cut a request.
    }
  }

  /** Serves one request; false when the connection is over. */
  private boolean serveOne(InputStream in, OutputStream out) throws IOException {
    var head = readHead(in);
    if (head == null) {
      return false;
    }
    var request = Request.parse(head, in, out);
    if (request == null) {
      out.write(BAD_REQUEST.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return false;
    }
    var exchange = new Exchange(request, socket, in, out);
    if (request.path().startsWith("/stand-in/")) {
      answerOwnPath(exchange);
      exchange.finish();
    } else {
      serve(exchange);
    }
    return exchange.keepAlive();
  }

  private void serve(Exchange exchange) throws IOException {
    var request = exchange.request();
    stats.started.incrementAndGet();
    try {
      answer(exchange);
      exchange.finish();
      stats.finished.incrementAndGet();
      log(verbose, "%s %s -> %d, %d bytes in, %d out", exchange);
    } catch (IOException e) {
      stats.cancelled.incrementAndGet();
      log(true, "client left: %s %s -> %d, after %d bytes in, %d out", exchange);
      throw e;
    } finally {
      stats.sent.addAndGet(exchange.sent());
      stats.received.addAndGet(request.body().count());
    }
  }

  private void answer(Exchange exchange) throws IOException {
    try {
      standIn.handle(exchange);
    } catch (IllegalArgumentException | ClassCastException e) {
      if (!exchange.answered()) {
        exchange.json(400, Map.of("error", "bad request: " + e.getMessage()));
      }
    }
    if (!exchange.answered()) {
      var path = exchange.request().path();
      if (path.equals("/health")) {
        exchange.json(200, Map.of("status", "ok", "standIn", standIn.name()));
      } else {
        exchange.json(404, Map.of("error", "the stand-in " + standIn.name() + " has no " + path));
      }
    }
  }

  private void answerOwnPath(Exchange exchange) throws IOException {
    switch (exchange.request().path()) {
      case "/stand-in/echo" -> exchange.json(200, Echo.of(standIn.name(), exchange.request()));
      case "/stand-in/stats" -> exchange.json(200, stats.snapshot());
      default -> exchange.json(404, Map.of("error", "/stand-in/ has echo and stats"));
    }
  }

  private void log(boolean wanted, String format, Exchange exchange) {
    if (wanted) {
      var request = exchange.request();
      var text =
          format.formatted(
              request.method(),
              request.path(),
              exchange.status(),
              request.body().count(),
              exchange.sent());
      System.err.println("stand-in " + standIn.name() + ": " + text);
    }
  }

  /** The lines of a request head, or null when the peer has closed or sends no such thing. */
  private static ArrayList<String> readHead(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (int size = 0; size < MAX_HEAD; size++) {
      int c = in.read();
      if (c < 0) {
        return null;
      }
      if (c != '\n') {
        line.append((char) c);
        continue;
      }
      var text = line.toString().stripTrailing();
      line.setLength(0);
      if (!text.isEmpty()) {
        lines.add(text);
      } else if (!lines.isEmpty()) {
        return lines;
      }
    }
    return null;
  }
}
