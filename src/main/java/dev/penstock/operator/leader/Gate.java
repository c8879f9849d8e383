package dev.penstock.operator.leader;

/** Whether this operator may write to the cluster. */
@FunctionalInterface
public interface Gate {

  /** Asked right before each write. */
  boolean isOpen();

  /**
   * Ends what was about to write.
   *
   * @throws NotLeadingException unless it may
   */
  default void check() {
    if (!isOpen()) {
      throw new NotLeadingException();
    }
  }
}
