package dev.penstock.proxy.behaviour;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response as it came over the wire.
 *
 * @param headers lines as {@code name: value}, the name in lower case
 * @param body a character for each byte
 * @param complete whether the body ended as its framing promised
 */
record RawResponse(int status, List<String> headers, String body, boolean complete) {

  static RawResponse read(InputStream in, boolean bodyless) throws IOException {
    String head = readHead(in);
    String[] lines = head.split("\r\n");
    int status = Integer.parseInt(lines[0].substring(9, 12));
    List<String> headers =
        List.of(lines).subList(1, lines.length).stream()
            .map(
                line -> {
                  int colon = line.indexOf(':');
                  return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
                })
            .toList();
    var response = new RawResponse(status, headers, "", true);
    boolean none = bodyless || status < 200 || status == 204 || status == 304;
    return none ? response : response.withBody(in);
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the connection ended within a head: " + head);
      }
      head.write(b);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private RawResponse withBody(InputStream in) throws IOException {
    var read = new ByteArrayOutputStream();
    boolean whole;
    if (header("transfer-encoding").isPresent()) {
      whole = chunks(in, read);
    } else if (header("content-length").isPresent()) {
      int length = Integer.parseInt(header("content-length").get());
      byte[] bytes = in.readNBytes(length);
      read.write(bytes);
      whole = bytes.length == length;
    } else {
      in.transferTo(read);
      whole = true;
    }
    return new RawResponse(status, headers, read.toString(StandardCharsets.ISO_8859_1), whole);
  }

  private static boolean chunks(InputStream in, ByteArrayOutputStream into) throws IOException {
    while (true) {
      String size = line(in);
      if (size == null) {
        return false;
      }
      int length = Integer.parseInt(size, 16);
      byte[] bytes = in.readNBytes(length);
      into.write(bytes);
      if (bytes.length < length) {
        return false;
      }
      if (length == 0) {
        for (String trailer = line(in); trailer != null; trailer = line(in)) {
          if (trailer.isEmpty()) {
            return true;
          }
        }
        return false;
      }
      if (line(in) == null) {
        return false;
      }
    }
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        return line.toString().stripTrailing();
      }
      line.append((char) b);
    }
    return null;
  }

  /** Value of the first header of that lower-case name. */
  Optional<String> header(String name) {
    return headers.stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** The body as UTF-8. */
  String text() {
    return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
