package dev.penstock.config.manifest;

/** Bounds what one file may grow to once its aliases are expanded. */
final class NodeBudget {

  /** Deeper than any manifest, shallower than any stack. */
  static final int MAX_DEPTH = 64;

  private static final int MAX_NODES = 500_000;

  private int nodes;

  void spend(int line, int depth) {
    nodes++;
    if (nodes > MAX_NODES) {
      throw new TooLargeException(
          line, "holds more than " + MAX_NODES + " values once its aliases are expanded");
    }
    if (depth > MAX_DEPTH) {
      throw new TooLargeException(line, "is nested more than " + MAX_DEPTH + " levels deep");
    }
  }
}
