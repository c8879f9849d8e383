import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/** One request and the answer to it: whole by {@link #send}, or streamed by {@link #begin}. */
final class Exchange {
  private static final Map<Integer, String> REASONS =
      Map.of(
          200,
          "OK",
          201,
          "Created",
          204,
          "No Content",
          400,
          "Bad Request",
          401,
          "Unauthorized",
          404,
          "Not Found",
          405,
          "Method Not Allowed",
          409,
          "Conflict",
          501,
          "Not Implemented");

  private final Request request;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private int status;
  private boolean chunked;
  private boolean open;
  private boolean keepAlive;
  private long sent;

  Exchange(Request request, Socket socket, InputStream in, OutputStream out) {
    this.request = request;
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.keepAlive = request.http11() && !request.headerHas("Connection", "close");
  }

  Request request() {
    return request;
  }

  boolean answered() {
    return status != 0;
  }

  int status() {
    return status;
  }

  /** Bytes of the response body so far. */
  long sent() {
    return sent;
  }

  /** Whether the connection may carry another request after this one. */
  boolean keepAlive() {
    return keepAlive && request.body().done();
  }

  /** Adds a header to the answer, which must not have begun. */
  Exchange header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  void json(int code, Object value) throws IOException {
    send(code, "application/json", Json.write(value).getBytes(StandardCharsets.UTF_8));
  }

  /** Answers whole, with a Content-Length. */
  void send(int code, String contentType, byte[] body) throws IOException {
    request.body().transferTo(OutputStream.nullOutputStream());
    if (code != 204) {
      headers.put("Content-Type", contentType);
      headers.put("Content-Length", Integer.toString(body.length));
    }
    writeHead(code);
    if (code != 204 && !request.method().equals("HEAD")) {
      out.write(body);
      sent += body.length;
    }
    out.flush();
  }

  /** Begins an answer of unknown length: chunked, or ended by the close for HTTP/1.0. */
  void begin(int code, String contentType) throws IOException {
    chunked = request.http11();
    open = true;
    headers.put("Content-Type", contentType);
    if (chunked) {
      headers.put("Transfer-Encoding", "chunked");
    }
    writeHead(code);
    out.flush();
  }

  /** Sends one piece at once, as a chunk of its own. */
  void write(byte[] piece) throws IOException {
    if (chunked) {
      out.write((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
    out.write(piece);
    if (chunked) {
      out.write('\r');
      out.write('\n');
    }
    out.flush();
    sent += piece.length;
  }

  void write(String piece) throws IOException {
    write(piece.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Waits as a model would while it works, and notices within that time that the client has left.
   *
   * @throws EOFException when it has
   */
  void pause(Duration duration) throws IOException {
    int millis = (int) duration.toMillis();
    if (millis <= 0) {
      return;
    }
    in.mark(1);
    socket.setSoTimeout(millis);
    try {
      if (in.read() < 0) {
        throw new EOFException("the client left");
      }
      in.reset();
      Thread.sleep(millis);
    } catch (SocketTimeoutException e) {
      // Still there, and silent, as it should be.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      socket.setSoTimeout(0);
    }
  }

  /** Ends a streamed answer. */
  void finish() throws IOException {
    if (open && chunked) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    open = false;
    out.flush();
  }

  private void writeHead(int code) throws IOException {
    status = code;
    keepAlive &= request.body().done();
    var head = new StringBuilder("HTTP/1.1 %d %s\r\n".formatted(code, REASONS.get(code)));
    head.append("Server: stand-in\r\nDate: ")
        .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
        .append("\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (!keepAlive) {
      head.append("Connection: close\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
