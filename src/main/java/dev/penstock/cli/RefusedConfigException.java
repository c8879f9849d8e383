package dev.penstock.cli;

import java.util.List;

/** A configuration that a proxy cannot serve, such as a certificate that fits no key. */
public final class RefusedConfigException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public RefusedConfigException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
