package dev.penstock.translate;

import dev.penstock.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects the problems of one resource; each view of it stands at one field. */
final class Problems {

  private final ResourceRef resource;
  private final String path;
  private final List<Problem> found;

  private Problems(ResourceRef resource, String path, List<Problem> found) {
    this.resource = resource;
    this.path = path;
    this.found = found;
  }

  static Problems of(ResourceRef resource) {
    return new Problems(resource, "", new ArrayList<>());
  }

  /** The same collection at a field below this one. */
  Problems at(String field) {
    return new Problems(resource, path.isEmpty() ? field : path + "." + field, found);
  }

  Problems at(int index) {
    return new Problems(resource, path + "[" + index + "]", found);
  }

  /** The same collection at another field of the parent. */
  Problems sibling(String field) {
    return new Problems(resource, path.substring(0, path.lastIndexOf('.') + 1) + field, found);
  }

  String path() {
    return path;
  }

  void unsupported(String message) {
    error(Reason.UNSUPPORTED_VALUE, message);
  }

  void error(Reason reason, String message) {
    found.add(new Problem(resource, path, reason, message, Problem.Severity.ERROR));
  }

  void warn(Reason reason, String message) {
    found.add(new Problem(resource, path, reason, message, Problem.Severity.WARNING));
  }

  /** Takes over what was found in the same resource before. */
  void addAll(List<Problem> before) {
    found.addAll(before);
  }

  /** The value, or the fallback and a problem when the model refuses it. */
  <T> T attempt(Supplier<T> value, T fallback) {
    try {
      return value.get();
    } catch (InvalidValueException e) {
      unsupported(e.detail());
      return fallback;
    }
  }

  boolean hasErrors() {
    return found.stream().anyMatch(Problem::isError);
  }

  /** Whether there are errors that no reference which comes to be there could mend. */
  boolean hasOwnErrors() {
    return found.stream().anyMatch(each -> each.isError() && !each.reason().aboutReferences());
  }

  List<Problem> sorted() {
    return found.stream().distinct().sorted().toList();
  }

  Outcome outcome() {
    return Outcomes.of(resource, sorted());
  }
}
