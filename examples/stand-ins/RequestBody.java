import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A request body with its framing taken off; a connection that ends within it is an error. */
final class RequestBody extends InputStream {
  private final InputStream in;
  private final OutputStream out;
  private final boolean chunked;
  private boolean continueWanted;
  private long left;
  private long count;
  private boolean firstChunk = true;
  private boolean done;

  private RequestBody(
      InputStream in, OutputStream out, boolean chunked, long length, boolean continueWanted) {
    this.in = in;
    this.out = out;
    this.chunked = chunked;
    this.left = length;
    this.done = !chunked && length == 0;
    this.continueWanted = continueWanted && !done;
  }

  static RequestBody of(Request request, InputStream in, OutputStream out) {
    boolean chunked = request.headerHas("Transfer-Encoding", "chunked");
    var length = request.header("Content-Length");
    return new RequestBody(
        in,
        out,
        chunked,
        chunked || length.isEmpty() ? 0 : Long.parseLong(length),
        request.headerHas("Expect", "100-continue"));
  }

  /** Bytes read so far. */
  long count() {
    return count;
  }

  /** Whether all of it has been read, so that the next request starts here. */
  boolean done() {
    return done;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (done || length == 0) {
      return done ? -1 : 0;
    }
    if (continueWanted) {
      continueWanted = false;
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    if (chunked && left == 0 && !nextChunk()) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw new EOFException("the client left within its request body");
    }
    left -= n;
    count += n;
    done = !chunked && left == 0;
    return n;
  }

  private boolean nextChunk() throws IOException {
    if (!firstChunk) {
      line();
    }
    firstChunk = false;
    var size = line();
    int extension = size.indexOf(';');
    left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
    if (left > 0) {
      return true;
    }
    while (!line().isEmpty()) {
      // Trailers say nothing to a stand-in.
    }
    done = true;
    return false;
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || text.length() > 8192) {
        throw new EOFException("the client left within its request body");
      }
      text.append((char) c);
    }
    return text.toString().strip();
  }
}
