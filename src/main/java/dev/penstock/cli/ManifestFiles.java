package dev.penstock.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The flag that names manifests. */
final class ManifestFiles {

  @Option(
      names = {"-f", "--filename"},
      required = true,
      arity = "1..*",
      paramLabel = "FILE_OR_DIR",
      description =
          "Manifests: files, or folders with *.yaml, *.yml and *.json files. May be repeated.")
  private List<Path> paths = List.of();

  List<Path> paths() {
    return paths;
  }
}
