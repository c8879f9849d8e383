package dev.penstock.config.manifest;

import java.util.Comparator;

/**
 * Where something stands.
 *
 * @param file as the user named it, or the path found below a folder the user named
 * @param line counted from one; zero: the file as a whole
 */
public record Place(String file, int line) implements Comparable<Place> {

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::file).thenComparingInt(Place::line);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line}, which terminals and editors make a link of. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
