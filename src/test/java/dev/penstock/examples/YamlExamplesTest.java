package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.config.FileSource;
import dev.penstock.config.manifest.ManifestLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show as manifests are manifests, and links lead to files. */
class YamlExamplesTest {

  @TempDir Path folder;

  @Test
  void theManifestsOfThePagesHaveNoProblem() throws IOException {
    var examples = new ArrayList<Fence>();
    for (Path page : pages()) {
      Fence.of(page).stream().filter(each -> each.language().equals("yaml")).forEach(examples::add);
    }
    assertFalse(examples.isEmpty());
    for (Fence example : examples) {
      Path file = Files.writeString(folder.resolve("example.yaml"), example.text());
      var loaded = new ManifestLoader().load(FileSource.read(List.of(file)));
      assertEquals(List.of(), loaded.problems(), example.place());
      assertEquals(List.of(), loaded.warnings(), example.place());
    }
  }

  @Test
  void theLinksOfThePagesLeadToFiles() throws IOException {
    assertEquals(List.of(), Links.broken(pages()));
  }

  private static List<Path> pages() throws IOException {
    var pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("examples/README.md")));
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }
}
