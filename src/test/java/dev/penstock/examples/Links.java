package dev.penstock.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Finds links of pages to files that are not there. */
final class Links {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)]*)?\\)");

  private Links() {}

  /** {@code page -> target} for each. */
  static List<String> broken(List<Path> pages) throws IOException {
    var broken = new ArrayList<String>();
    for (Path page : pages) {
      var links = LINK.matcher(Files.readString(page));
      while (links.find()) {
        Path target = page.toAbsolutePath().resolveSibling(links.group(1));
        if (!Files.exists(target)) {
          broken.add(page + " -> " + links.group(1));
        }
      }
    }
    return broken;
  }
}
