package dev.penstock.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

  @Test
  void theTimeMovesOnlyWithTheStatus() {
    List<Condition> first =
        Conditions.merge(null, List.of(ready(Wanted.State.FALSE, "a")), 1, EARLY);
    List<Condition> same =
        Conditions.merge(first, List.of(ready(Wanted.State.FALSE, "b")), 1, LATE);
    assertEquals(EARLY.toString(), same.getFirst().getLastTransitionTime());
    assertEquals("b", same.getFirst().getMessage());
    List<Condition> turned =
        Conditions.merge(same, List.of(ready(Wanted.State.TRUE, "c")), 1, LATE);
    assertEquals(LATE.toString(), turned.getFirst().getLastTransitionTime());
  }

  @Test
  void nothingNewGivesEqualConditions() {
    List<Condition> first =
        Conditions.merge(null, List.of(ready(Wanted.State.TRUE, "a")), 1, EARLY);
    assertEquals(first, Conditions.merge(first, List.of(ready(Wanted.State.TRUE, "a")), 1, LATE));
  }

  @Test
  void whatIsNotKnownYetStaysAsItWasSaidOfTheSameGeneration() {
    List<Condition> before =
        Conditions.merge(null, List.of(ready(Wanted.State.TRUE, "a")), 1, EARLY);
    Wanted unknown = ready(Wanted.State.AS_BEFORE, "not asked yet");
    assertEquals(before, Conditions.merge(before, List.of(unknown), 1, LATE));
    assertEquals(
        "False", Conditions.merge(before, List.of(unknown), 2, LATE).getFirst().getStatus());
    assertEquals("False", Conditions.merge(null, List.of(unknown), 1, LATE).getFirst().getStatus());
  }

  private static Wanted ready(Wanted.State state, String message) {
    return new Wanted(Wanted.READY, state, "Reason", message);
  }
}
