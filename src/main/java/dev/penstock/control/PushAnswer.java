package dev.penstock.control;

import java.util.List;

/**
 * What a proxy answers to a pushed configuration; the status says which it is: 200 it runs, 409 a
 * newer one runs, 422 it is refused.
 *
 * @param running the sequence that runs now; 0: none
 * @param problems why it is another one than was pushed
 */
public record PushAnswer(long running, List<String> problems) {

  public PushAnswer {
    problems = List.copyOf(problems);
  }
}
