package dev.penstock.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced block of a page.
 *
 * @param page where it stands
 * @param line of its first line of text, from 1
 * @param language what follows the opening fence
 * @param text its lines, each with its end
 */
public record Fence(Path page, int line, String language, String text) {

  private static final String MARK = "```";

  /** The blocks of a page, in order. */
  public static List<Fence> of(Path page) throws IOException {
    var fences = new ArrayList<Fence>();
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(MARK)) {
        int start = i + 1;
        int end = start;
        while (!lines.get(end).startsWith(MARK)) {
          end++;
        }
        String language = lines.get(i).substring(MARK.length()).strip();
        String text = String.join("\n", lines.subList(start, end)) + "\n";
        fences.add(new Fence(page, start + 1, language, text));
        i = end;
      }
    }
    return fences;
  }

  /** {@code page:line}, for messages. */
  public String place() {
    return page.getFileName() + ":" + line;
  }
}
