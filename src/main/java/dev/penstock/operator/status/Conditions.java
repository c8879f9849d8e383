package dev.penstock.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conditions as Kubernetes keeps them: the time of a change moves only with the status. */
final class Conditions {

  private Conditions() {}

  /** The conditions that a status is to have, in the order of what is wanted. */
  static List<Condition> merge(
      @Nullable List<Condition> before, List<Wanted> wanted, long generation, Instant now) {
    List<Condition> known = Objects.requireNonNullElse(before, List.of());
    return wanted.stream().map(each -> merge(known, each, generation, now)).toList();
  }

  private static Condition merge(
      List<Condition> known, Wanted wanted, long generation, Instant now) {
    Optional<Condition> before = find(known, wanted.type());
    if (wanted.state() == Wanted.State.AS_BEFORE
        && before.filter(each -> isOf(each, generation)).isPresent()) {
      return before.get();
    }
    String since =
        before
            .filter(each -> wanted.state().word().equals(each.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(wanted.type())
        .withStatus(wanted.state().word())
        .withReason(wanted.reason())
        .withMessage(wanted.message())
        .withObservedGeneration(generation)
        .withLastTransitionTime(since)
        .build();
  }

  private static boolean isOf(Condition condition, long generation) {
    return Objects.equals(condition.getObservedGeneration(), generation);
  }

  static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
    return Objects.requireNonNullElse(conditions, List.<Condition>of()).stream()
        .filter(each -> type.equals(each.getType()))
        .findFirst();
  }
}
