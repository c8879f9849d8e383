package dev.penstock.operator.leader;

/** Whether this operator may write to the cluster. */
@FunctionalInterface
public interface Gate {

  /** Asked right before each write. */
  boolean isOpen();

  /**
   * @throws NotLeadingException unless it may
   */
  default void check() {
    if (!isOpen()) {
      throw new NotLeadingException();
    }
  }
}
