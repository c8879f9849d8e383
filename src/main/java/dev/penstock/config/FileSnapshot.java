package dev.penstock.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What the watched files hold at one moment.
 *
 * @param files those that could be read, in the order they were asked for, folders sorted
 * @param problems what could not be read; with any, the set is not whole and must not be used
 */
public record FileSnapshot(List<File> files, List<Problem> problems) {

  public FileSnapshot {
    files = List.copyOf(files);
    problems = List.copyOf(problems);
  }

  /** One file, as UTF-8. */
  public record File(Path path, String text) {}

  /** Why a file or folder is not part of the set, and what to do about it. */
  public record Problem(Path path, String message) {}
}
