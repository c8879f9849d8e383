package dev.penstock.proxy.control;

import java.util.List;

/** What became of a configuration. */
public sealed interface PushOutcome {

  /** The sequence that runs now; 0: none. */
  long running();

  /** It runs. */
  record Runs(long running) implements PushOutcome {}

  /** Another one runs, which is newer or says to be the same. */
  record Outdated(long running, String problem) implements PushOutcome {}

  /** It cannot be read or cannot run; what ran before goes on. */
  record Refused(long running, List<String> problems) implements PushOutcome {

    public Refused {
      problems = List.copyOf(problems);
    }
  }
}
