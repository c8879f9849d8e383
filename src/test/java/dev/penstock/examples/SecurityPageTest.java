package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/security.md to the tests that it names as its proof. */
class SecurityPageTest {

  private static final Pattern NAMED = Pattern.compile("`(?:[a-z0-9.]+\\.)?([A-Z]\\w+Test)`");

  @Test
  void everyTestThatThePageNamesIsThere() throws IOException {
    Set<String> named =
        NAMED
            .matcher(Files.readString(Path.of("docs/security.md")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(named.size() > 20, named::toString);
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      files.forEach(file -> named.remove(file.getFileName().toString().replace(".java", "")));
    }
    assertEquals(Set.of(), named);
  }
}
