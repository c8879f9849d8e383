package dev.penstock.config;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Looks at files and folders: which manifests there are, whether they changed, what they hold. A
 * folder is walked through with the folders in it; names that start with a dot are left out, and
 * with them the {@code ..data} of a mounted volume, whose files are seen through their links.
 */
final class FileScan {

  private static final int MAX_FILES = 10_000;
  private static final int MAX_DEPTH = 16;
  private static final long MAX_BYTES = 3 << 20;

  private final List<Path> roots;

  FileScan(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /** What is known of each file without opening it; differs when anything may have changed. */
  Set<String> marks() {
    var marks = new TreeSet<String>();
    for (Path root : roots) {
      try {
        files(root).forEach(file -> marks.add(mark(file)));
      } catch (IOException e) {
        marks.add(root + " " + e.getClass().getSimpleName());
      }
    }
    return marks;
  }

  /** All folders in which a change can happen that matters. */
  Set<Path> folders() {
    var folders = new TreeSet<Path>();
    for (Path root : roots) {
      Path absolute = root.toAbsolutePath();
      if (absolute.getParent() != null) {
        folders.add(absolute.getParent());
      }
      if (Files.isDirectory(root)) {
        folders.addAll(below(absolute));
      }
    }
    return folders;
  }

  private static List<Path> below(Path root) {
    try (Stream<Path> walk = walk(root)) {
      return walk.filter(each -> Files.isDirectory(each) && shown(root, each)).toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // reading tells what is wrong
    }
  }

  FileSnapshot read() {
    List<FileSnapshot.File> files = new ArrayList<>();
    List<FileSnapshot.Problem> problems = new ArrayList<>();
    for (Path root : roots) {
      try {
        List<Path> found = files(root);
        if (found.isEmpty()) {
          problems.add(
              new FileSnapshot.Problem(root, "holds no file named *.yaml, *.yml or *.json"));
        }
        found.forEach(file -> read(file, files, problems));
      } catch (IOException e) {
        problems.add(new FileSnapshot.Problem(root, reason(e)));
      }
    }
    return new FileSnapshot(files.stream().distinct().toList(), problems);
  }

  private static void read(
      Path file, List<FileSnapshot.File> files, List<FileSnapshot.Problem> problems) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.add(new FileSnapshot.Problem(file, "is larger than 3 MiB; split it"));
        return;
      }
      byte[] bytes = Files.readAllBytes(file);
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      files.add(new FileSnapshot.File(file, text));
    } catch (IOException e) {
      problems.add(new FileSnapshot.Problem(file, reason(e)));
    }
  }

  /** A root that is a file counts whatever its name is. */
  private static List<Path> files(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      if (!Files.exists(root)) {
        throw new NoSuchFileException(root.toString());
      }
      return List.of(root);
    }
    try (Stream<Path> walk = walk(root)) {
      List<Path> found =
          walk.filter(file -> shown(root, file) && named(file) && Files.isRegularFile(file))
              .limit(MAX_FILES + 1L)
              .sorted()
              .toList();
      if (found.size() > MAX_FILES) {
        throw new IOException("holds more than " + MAX_FILES + " files");
      }
      return found;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @MustBeClosed
  private static Stream<Path> walk(Path root) throws IOException {
    return Files.walk(root, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS);
  }

  private static boolean shown(Path root, Path file) {
    for (Path part : root.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  private static boolean named(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
  }

  private static String mark(Path file) {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return String.join(
          " ",
          file.toString(),
          attributes.lastModifiedTime().toInstant().toString(),
          Long.toString(attributes.size()),
          String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      return file + " " + e.getClass().getSimpleName();
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "does not exist";
      case AccessDeniedException denied -> "may not be read; check its permissions";
      case FileSystemLoopException loop -> "links to a folder around itself: " + loop.getFile();
      case CharacterCodingException coding -> "is not UTF-8 text";
      default -> "cannot be read: " + e.getMessage();
    };
  }
}
