package dev.penstock.translate;

import dev.penstock.api.v1alpha1.AIGatewaySpec;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the API has and this version does not do: refused, for a field that is ignored would promise
 * what nobody keeps. A line goes when its effect comes.
 */
final class NotEnforced {

  private record Line<S>(String field, String mend, Predicate<S> used) {}

  private static final List<Line<AIGatewaySpec>> GATEWAY =
      List.of(
          new Line<>(
              "tls.clientCARef",
              "remove it, and let keys or an auth service tell clients apart",
              spec -> spec.tls() != null && spec.tls().clientCARef() != null));

  private NotEnforced() {}

  static void check(AIGatewaySpec spec, Problems at) {
    check(GATEWAY, spec, at);
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
