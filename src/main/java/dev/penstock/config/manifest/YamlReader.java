package dev.penstock.config.manifest;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the documents of a YAML (or JSON) text strictly: duplicate keys, custom tags and what the
 * JSON of an API server cannot say are problems. Only nodes are composed, no Java object is ever
 * built from a tag.
 */
final class YamlReader {

  /** Larger files are refused; etcd would take no object beyond half of it. */
  static final int MAX_BYTES = 3 << 20;

  private final String file;
  private final Consumer<ManifestProblem> problems;

  YamlReader(String file, Consumer<ManifestProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The documents up to the first syntax error; empty documents are left out. */
  List<YamlDocument> read(String text) {
    var documents = new ArrayList<YamlDocument>();
    var budget = new NodeBudget();
    try {
      Iterator<Node> nodes = yaml().composeAll(new StringReader(yaml(text))).iterator();
      while (nodes.hasNext()) {
        convert(nodes.next(), budget, documents);
      }
    } catch (MarkedYAMLException e) {
      report(line(e), "is not YAML: " + problem(e), mend(e));
    } catch (YAMLException e) {
      report(0, "is not YAML: " + firstLine(e), "");
    } catch (TooLargeException e) {
      report(e.line(), e.reason(), "split it, or write aliases out");
    }
    return documents;
  }

  private void convert(Node node, NodeBudget budget, List<YamlDocument> documents) {
    var converter = new NodeConverter(file, budget, problems);
    var document = converter.document(node);
    if (!document.root().isNull() && !document.root().isMissingNode()) {
      documents.add(document);
    }
  }

  /** JSON may be indented with tabs, and has none in its strings (RFC 8259, sections 2 and 7). */
  private String yaml(String text) {
    return file.endsWith(".json") ? text.replace('\t', ' ') : text;
  }

  private static Yaml yaml() {
    var options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    options.setNestingDepthLimit(NodeBudget.MAX_DEPTH);
    options.setMaxAliasesForCollections(Integer.MAX_VALUE); // counted by NodeBudget, expanded
    return new Yaml(new SafeConstructor(options));
  }

  private void report(int line, String message, String mend) {
    problems.accept(ManifestProblem.of(new Place(file, line), message, mend));
  }

  private static int line(MarkedYAMLException e) {
    return e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
  }

  /** Without the advice in brackets that SnakeYAML gives for tabs. */
  private static String problem(MarkedYAMLException e) {
    return String.valueOf(e.getProblem()).replaceFirst("\\. \\(Do not use .*", "");
  }

  private static String mend(MarkedYAMLException e) {
    return problem(e).contains("TAB") ? "indent with spaces, not with tabs" : "";
  }

  private static String firstLine(YAMLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("unreadable");
  }
}
