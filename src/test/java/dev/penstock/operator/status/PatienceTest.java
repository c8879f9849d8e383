package dev.penstock.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.ResourceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {

  private static final ResourceName NAME = new ResourceName("ai", "a");

  private long now = 7;
  private final Patience patience = new Patience(() -> now);

  @Test
  void onlyWhatIsAboutToComeIsWaitedFor() {
    assertEquals(Optional.empty(), left(Wanted.State.TRUE));
    assertEquals(Optional.empty(), left(Wanted.State.FALSE));
    assertEquals(Optional.empty(), left(Wanted.State.AS_BEFORE));
    assertEquals(Optional.of(Patience.LONGEST), left(Wanted.State.SOON));
  }

  @Test
  void itEndsHoweverOftenItIsAskedFor() {
    assertEquals(Optional.of(Patience.LONGEST), left(Wanted.State.SOON));
    pass(Duration.ofMillis(500));
    assertEquals(Optional.of(Patience.LONGEST.minusMillis(500)), left(Wanted.State.SOON));
    pass(Patience.LONGEST);
    assertEquals(Optional.empty(), left(Wanted.State.SOON));
  }

  @Test
  void theNextIsWaitedForAnew() {
    assertEquals(Optional.of(Patience.LONGEST), left(Wanted.State.SOON));
    pass(Patience.LONGEST);
    assertEquals(Optional.empty(), left(Wanted.State.SOON));
    assertEquals(Optional.of(Patience.LONGEST), left(Wanted.State.SOON));
  }

  @Test
  void whatChangesNothingIsNotWaitedFor() {
    var soon = new Wanted(Wanted.PROGRAMMED, Wanted.State.SOON, Wanted.PENDING, "");
    assertEquals(Optional.empty(), patience.left(NAME, false, List.of(soon)));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private Optional<Duration> left(Wanted.State state) {
    return patience.left(
        NAME,
        true,
        List.of(
            new Wanted(Wanted.ACCEPTED, Wanted.State.TRUE, Wanted.ACCEPTED, ""),
            new Wanted(Wanted.PROGRAMMED, state, Wanted.PENDING, "")));
  }
}
