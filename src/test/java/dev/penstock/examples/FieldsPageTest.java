package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/fields.md to the CRDs, and to the tests that it names. */
class FieldsPageTest {

  private static final Path PAGE = Path.of("docs/fields.md");
  private static final Path E2E = Path.of("src/test/e2e");

  /** Kubernetes' own types, which stand as one field. */
  private static final Set<String> OF_KUBERNETES =
      Set.of("affinity", "resources", "tolerations", "matchExpressions", "conditions");

  /** Headings of the page, and the kinds of which they are about. */
  private static final Map<String, List<String>> SECTIONS =
      Map.of(
          "## AIGateway", List.of("aigateways"),
          "## AIService", List.of("aiservices"),
          "## auth, of an AIGateway and of an AIService", List.of("aigateways", "aiservices"));

  private static final Pattern HEADER = Pattern.compile("\\| field of `([a-z.]+)` \\|.*");
  private static final Pattern ROW = Pattern.compile("\\| `([A-Za-z0-9.]+)` \\| (.+) \\|");
  private static final Pattern CHECK = Pattern.compile("`([A-Za-z]\\w*)(?:\\.(\\w+))?`");

  /** A row: of which kinds it tells which field, and what shows its effect. */
  private record Row(List<String> kinds, String field, String checks) {}

  @Test
  void everyFieldOfTheCrdsHasItsRowAndEveryRowItsField() throws IOException {
    for (String kind : List.of("aigateways", "aiservices")) {
      List<String> told =
          rows().stream().filter(row -> row.kinds().contains(kind)).map(Row::field).toList();
      assertEquals(told.size(), Set.copyOf(told).size(), "one row each, of " + kind);
      assertEquals(fields(kind), new TreeSet<>(told), kind);
    }
  }

  @Test
  void everyCheckThatThePageNamesIsThere() throws IOException {
    Map<String, String> sources = sources();
    var missing = new ArrayList<String>();
    for (Row row : rows()) {
      var checks = CHECK.matcher(row.checks()).results().toList();
      assertTrue(!checks.isEmpty(), row::field);
      for (var check : checks) {
        String source = sources.getOrDefault(check.group(1), "");
        if (source.isEmpty() || !holds(source, check.group(2))) {
          missing.add(row.field() + ": " + check.group());
        }
      }
    }
    assertEquals(List.of(), missing);
  }

  private static boolean holds(String source, String test) {
    return test == null || Pattern.compile("(void|def) " + test + "\\(").matcher(source).find();
  }

  /** Of Java's tests by their classes, and of the suite on a cluster by its files. */
  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    for (Path root : List.of(Path.of("src/test/java"), E2E)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith("Test.java") || name.endsWith(".py")) {
            // Two of one name are taken for one.
            sources.merge(
                name.substring(0, name.indexOf('.')), Files.readString(file), String::concat);
          }
        }
      }
    }
    return sources;
  }

  private static List<Row> rows() throws IOException {
    var rows = new ArrayList<Row>();
    List<String> kinds = List.of();
    String above = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        kinds = SECTIONS.get(line);
      }
      var header = HEADER.matcher(line);
      var row = ROW.matcher(line);
      if (header.matches()) {
        above = header.group(1);
      } else if (row.matches()) {
        rows.add(new Row(kinds, above + "." + row.group(1), row.group(2)));
      }
    }
    return rows;
  }

  private static Set<String> fields(String kind) throws IOException {
    return Schema.of(kind).all().stream()
        .filter(node -> node.children().stream().allMatch(child -> child.path().endsWith("}")))
        .map(node -> node.path().replace("[]", ""))
        .filter(path -> path.startsWith("spec.") || path.startsWith("status."))
        .map(FieldsPageTest::whole)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Up to the first part that is a type of Kubernetes. */
  private static String whole(String path) {
    var parts = new ArrayList<String>();
    for (String part : path.replace("{}", "").split("\\.", -1)) {
      parts.add(part);
      if (OF_KUBERNETES.contains(part)) {
        break;
      }
    }
    return String.join(".", parts);
  }
}
