package dev.penstock.config.manifest;

import java.util.Comparator;
import java.util.Optional;

/**
 * Something in the manifests that must be changed before they can be used.
 *
 * @param resource absent where the document is too broken to tell
 * @param field path within the resource, for example {@code spec.rateLimit.rate}; empty: the whole
 * @param message what is wrong
 * @param mend what to write instead; empty where the message says it
 */
public record ManifestProblem(
    Place place, Optional<ResourceId> resource, String field, String message, String mend)
    implements Comparable<ManifestProblem> {

  private static final Comparator<ManifestProblem> ORDER =
      Comparator.comparing(ManifestProblem::place)
          .thenComparing(ManifestProblem::field)
          .thenComparing(ManifestProblem::message);

  /** A problem of a file as a whole, or of a document that is not a resource. */
  static ManifestProblem of(Place place, String message, String mend) {
    return new ManifestProblem(place, Optional.empty(), "", message, mend);
  }

  @Override
  public int compareTo(ManifestProblem other) {
    return ORDER.compare(this, other);
  }

  /** One line: {@code file:line: Kind namespace/name: field: message; mend}. */
  @Override
  public String toString() {
    var text = new StringBuilder(place.toString()).append(": ");
    resource.ifPresent(id -> text.append(id).append(": "));
    if (!field.isEmpty()) {
      text.append(field).append(": ");
    }
    text.append(message);
    return mend.isEmpty() ? text.toString() : text.append("; ").append(mend).toString();
  }
}
