package dev.penstock.operator.status;

import dev.penstock.translate.Outcome;

/**
 * What a condition is to say.
 *
 * @param type such as {@code Ready}
 * @param reason one word for machines
 * @param message for people: what is, and what mends it
 */
record Wanted(String type, State state, String reason, String message) {

  static final String ACCEPTED = "Accepted";
  static final String RESOLVED_REFS = "ResolvedRefs";
  static final String PROGRAMMED = "Programmed";
  static final String READY = "Ready";
  static final String PENDING = "Pending";

  /** The API server takes no more. */
  private static final int LONGEST_MESSAGE = 32_768;

  /** What is known. */
  enum State {
    TRUE("True"),
    FALSE("False"),
    /** Proxies are being told: what they answer is waited for a moment before anything is said. */
    SOON("False"),
    /** Not known yet: what was said of the same generation stays said. */
    AS_BEFORE("False");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static State of(boolean holds) {
      return holds ? TRUE : FALSE;
    }
  }

  Wanted {
    message = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message;
  }

  static Wanted of(String type, Outcome.Finding finding) {
    return new Wanted(type, State.of(finding.holds()), finding.reason().word(), finding.message());
  }

  boolean holds() {
    return state == State.TRUE;
  }
}
