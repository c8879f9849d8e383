package dev.penstock.operator.delivery;

import java.util.List;

/** How far the newest configuration has come with one proxy. */
public sealed interface Push {

  /** It has not been tried yet. */
  record Waiting() implements Push {}

  /** The proxy runs it. */
  record Acknowledged(long sequence) implements Push {}

  /**
   * The proxy cannot run it and stays with the one before. It is offered again now and then.
   *
   * @param running the sequence that it runs; 0: none
   */
  record Refused(long sequence, long running, List<String> problems) implements Push {

    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /**
   * The proxy runs one that is newer, or another with this sequence, and takes none up to it: what
   * is meant to run needs a sequence above {@code running}. It is not offered again.
   */
  record Outdated(long sequence, long running, String problem) implements Push {}

  /** It could not be asked; that is tried again, ever more seldom. */
  record Unreachable(long sequence, String reason) implements Push {}
}
