package dev.penstock.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Commands of a page and the output that it shows for them.
 *
 * @param place of the commands
 * @param shown with {@code ...} for what differs from run to run: within a line, or for any lines
 */
record Command(String place, String script, String shown) {

  private static final String ANYTHING = "...";

  /** The {@code sh} blocks, each with the {@code text} block that directly follows, if any. */
  static List<Command> of(List<Fence> fences) {
    var commands = new ArrayList<Command>();
    for (int i = 0; i < fences.size(); i++) {
      Fence fence = fences.get(i);
      if (fence.language().equals("sh")) {
        boolean answered = i + 1 < fences.size() && fences.get(i + 1).language().equals("text");
        String shown = answered ? fences.get(i + 1).text() : "";
        commands.add(new Command(fence.place(), fence.text(), shown));
      }
    }
    return commands;
  }

  /** What is shown, for {@code assertLinesMatch}; widths of columns do not count. */
  List<String> expected() {
    return lines(shown).stream()
        .map(line -> line.equals(ANYTHING) ? ">> " + ANYTHING + " >>" : pattern(line))
        .toList();
  }

  private static String pattern(String line) {
    return Arrays.stream(line.split(Pattern.quote(ANYTHING), -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  /** Output in the form in which it is compared. */
  static List<String> lines(String output) {
    return output.lines().map(line -> line.strip().replaceAll("[ \t]+", " ")).toList();
  }
}
