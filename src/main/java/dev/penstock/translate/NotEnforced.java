package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIServiceSpec;
import dev.penstock.api.v1alpha1.BackendProtocol;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the API has and this version does not do: refused, for a field that is ignored would promise
 * what nobody keeps. A line goes when its effect comes.
 */
final class NotEnforced {

  private record Line<S>(String field, String mend, Predicate<S> used) {}

  private static final List<Line<AIServiceSpec>> SERVICE =
      List.of(
          new Line<>(
              "backend.protocol",
              "use HTTP",
              spec -> spec.backend() != null && spec.backend().protocol() == BackendProtocol.H2C));

  private NotEnforced() {}

  static void check(AIServiceSpec spec, Problems at) {
    check(SERVICE, spec, at);
  }

  private static <S> void check(List<Line<S>> lines, S spec, Problems at) {
    for (Line<S> line : lines) {
      if (line.used().test(spec)) {
        Problems field = at.at(line.field());
        field.unsupported(
            field.path() + " is not enforced by this version of Penstock; " + line.mend());
      }
    }
  }
}
