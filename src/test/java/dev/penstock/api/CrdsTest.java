package dev.penstock.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dcrds.update=true} writes {@code deploy/crds} anew. */
class CrdsTest {

  private static final Path CRDS = Path.of("deploy/crds");

  @TempDir Path scratch;

  @Test
  void theFilesAreWhatTheTypesGenerate() throws IOException {
    Map<String, String> generated = new TreeMap<>(CrdGenerator.generate(scratch));
    if (Boolean.getBoolean("crds.update")) {
      Files.createDirectories(CRDS);
      for (var file : generated.entrySet()) {
        Files.writeString(CRDS.resolve(file.getKey()), file.getValue());
      }
    }
    assertEquals(generated, committed(), "run `make crds` and commit what it changes");
  }

  private static Map<String, String> committed() throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> listed = Files.list(CRDS)) {
      for (Path file : listed.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }
}
