package dev.penstock.proxy.path;

import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * The long way to a canonical path, for the few that are not canonical as sent: first characters,
 * then segments.
 */
final class PathCanonicalizer {

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private final byte[] in;
  private final int end;
  private final byte[] out;
  private int pos;
  private int length;
  private @Nullable TargetProblem problem;

  PathCanonicalizer(byte[] in, int start, int end) {
    this.in = in;
    this.pos = start;
    this.end = end;
    // One byte becomes at most three; a target is bounded by the request line's limit.
    this.out = new byte[(end - start) * 3];
  }

  RequestPath result() {
    int queryStart = characters();
    if (problem == null) {
      segments();
    }
    if (problem == null) {
      problem = PathScan.queryProblem(in, queryStart, end);
    }
    if (problem != null) {
      return new RequestPath.Invalid(problem);
    }
    return new RequestPath.Valid(
        new AsciiString(out, 0, length, true),
        queryStart == end
            ? AsciiString.EMPTY_STRING
            : new AsciiString(in, queryStart, end - queryStart, false));
  }

  /** Gives every character its one spelling; returns where the query starts. */
  private int characters() {
    while (pos < end && problem == null) {
      byte b = in[pos];
      switch (PathScan.kind(b)) {
        case PathScan.QUERY -> {
          return pos;
        }
        case PathScan.PERCENT -> escape();
        case PathScan.ENCODE -> {
          encode(b);
          pos++;
        }
        case PathScan.FORBIDDEN -> problem = forbidden(b);
        default -> {
          out[length++] = b;
          pos++;
        }
      }
    }
    return end;
  }

  private static TargetProblem forbidden(byte b) {
    return switch (b) {
      case '\\' -> TargetProblem.BACKSLASH;
      case '#' -> TargetProblem.FRAGMENT;
      default -> b < 0 ? TargetProblem.NON_ASCII : TargetProblem.CONTROL;
    };
  }

  private void escape() {
    int high = pos + 2 < end ? Character.digit(in[pos + 1], 16) : -1;
    int low = pos + 2 < end ? Character.digit(in[pos + 2], 16) : -1;
    if (high < 0 || low < 0) {
      problem = TargetProblem.BAD_ESCAPE;
      return;
    }
    int c = (high << 4) | low;
    if (c == '/' || c == '\\') {
      problem = TargetProblem.ENCODED_SLASH;
    } else if (c == 0) {
      problem = TargetProblem.ENCODED_NUL;
    } else if (PathScan.isUnreserved(c)) {
      out[length++] = (byte) c;
    } else {
      encode((byte) c);
    }
    pos += 3;
  }

  private void encode(byte b) {
    out[length++] = '%';
    out[length++] = HEX[(b >> 4) & 0xf];
    out[length++] = HEX[b & 0xf];
  }

  /** Resolves dot segments and merges slashes, in place: what is written never overtakes. */
  private void segments() {
    int written = 0;
    int from = 0;
    while (from < length) {
      int start = from + 1;
      int stop = start;
      while (stop < length && out[stop] != '/') {
        stop++;
      }
      int dots = dots(start, stop);
      if (dots <= 2 && hasParameter(start + dots, stop)) {
        problem = TargetProblem.PATH_PARAMETER;
        return;
      }
      written = append(written, start, stop, dots);
      if (written < 0) {
        problem = TargetProblem.ABOVE_ROOT;
        return;
      }
      from = stop;
    }
    length = written;
  }

  /** How many dots the segment starts with. */
  private int dots(int start, int stop) {
    int i = start;
    while (i < stop && out[i] == '.') {
      i++;
    }
    return i - start;
  }

  /** Whether a parameter, in either spelling of its semicolon, starts right here. */
  private boolean hasParameter(int at, int stop) {
    return (at < stop && out[at] == ';')
        || (at + 2 < stop && out[at] == '%' && out[at + 1] == '3' && out[at + 2] == 'B');
  }

  /** Appends one segment with its slash; returns the new length, negative if above the root. */
  private int append(int written, int start, int stop, int dots) {
    boolean last = stop == length;
    int size = stop - start;
    if (size == dots && size <= 2) {
      int base = size == 2 ? parent(written) : written;
      return base < 0 || !last ? base : slash(base);
    }
    out[written] = '/';
    System.arraycopy(out, start, out, written + 1, size);
    return written + 1 + size;
  }

  private int slash(int at) {
    out[at] = '/';
    return at + 1;
  }

  /** The length without the last segment; negative at the root. */
  private int parent(int written) {
    int i = written - 1;
    while (i > 0 && out[i] != '/') {
      i--;
    }
    return written == 0 ? -1 : i;
  }
}
