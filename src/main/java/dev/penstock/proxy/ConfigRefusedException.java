package dev.penstock.proxy;

import java.util.List;

/** A config that cannot be served, such as a key that does not match its certificate. */
public final class ConfigRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  public ConfigRefusedException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Each with what is wrong and the mend. */
  public List<String> problems() {
    return problems;
  }
}
