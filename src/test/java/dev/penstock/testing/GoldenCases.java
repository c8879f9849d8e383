package dev.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Folders of inputs with the outputs that are expected of them. With {@code -Dgolden.update=true}
 * the outputs are written anew.
 *
 * @param inputs the names of files that are no outputs
 */
public record GoldenCases(Path root, Set<String> inputs) {

  /** The names of all folders, sorted. */
  public List<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  /** Fails unless these, by their names, are the outputs in the folder, and all of them. */
  public void assertOutputs(String name, Map<String, String> actual) throws IOException {
    Path folder = root.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      write(folder, actual);
    }
    assertEquals(outputs(folder), actual);
  }

  /** Every file that is no input, so that one that nothing writes makes a difference. */
  private Map<String, String> outputs(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (!inputs.contains(name)) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }

  private void write(Path folder, Map<String, String> files) throws IOException {
    for (String old : outputs(folder).keySet()) {
      assertTrue(old.startsWith("out-"), () -> "unused file " + old);
      Files.delete(folder.resolve(old));
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
