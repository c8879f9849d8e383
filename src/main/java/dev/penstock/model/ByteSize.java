package dev.penstock.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes; zero means unlimited. */
public record ByteSize(long bytes) {

  private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,14})(Ki|Mi|Gi)?");

  public ByteSize {
    Check.range("bytes", bytes, 0, Long.MAX_VALUE);
  }

  /** Parses {@code 10Mi}, {@code 512Ki}, {@code 1Gi}, plain bytes, or {@code 0} for unlimited. */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidValueException(
          "size",
          "'"
              + text
              + "' is not a size such as 10Mi, 512Ki or 0 (unlimited); for nginx's 10M write 10Mi");
    }
    int shift =
        switch (matcher.group(2)) {
          case "Ki" -> 10;
          case "Mi" -> 20;
          case "Gi" -> 30;
          case null, default -> 0;
        };
    long number = Long.parseLong(matcher.group(1));
    Check.that(number <= Long.MAX_VALUE >> shift, "size", "'" + text + "' is too large");
    return new ByteSize(number << shift);
  }

  public boolean unlimited() {
    return bytes == 0;
  }

  @Override
  public String toString() {
    if (bytes != 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "Mi";
    }
    return bytes != 0 && bytes % 1024 == 0 ? (bytes >> 10) + "Ki" : Long.toString(bytes);
  }
}
