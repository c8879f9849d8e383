package dev.penstock.proxy.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.cli.ServedConfigs;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.control.ProxyReport.Refusal;
import dev.penstock.model.GatewayConfig;
import dev.penstock.proxy.ConfigRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDeskTest {

  private final List<GatewayConfig> applied = new ArrayList<>();
  private final ConfigDesk desk = new ConfigDesk(this::apply);

  private void apply(GatewayConfig config) throws ConfigRefusedException {
    switch (config.routes().size()) {
      case 0 -> throw new ConfigRefusedException(List.of("no routes"));
      case 13 -> throw new IllegalStateException("a mistake");
      default -> applied.add(config);
    }
  }

  @Test
  void theSequenceOnlyGrows() {
    assertEquals(new PushOutcome.Runs(2), offer(2, 1));
    assertEquals(new PushOutcome.Runs(3), offer(3, 2));
    assertEquals(3, offer(2, 1).running());
    assertEquals(2, applied.size());
  }

  @Test
  void theSameIsNotAppliedTwice() {
    offer(2, 1);
    assertEquals(new PushOutcome.Runs(2), offer(2, 1));
    assertEquals(1, applied.size());
  }

  @Test
  void aRefusedOneIsForgottenOnlyWhenALaterOneRuns() {
    offer(1, 1);
    assertEquals(new PushOutcome.Refused(1, List.of("no routes")), offer(2, 0));
    offer(1, 1);
    assertEquals(Optional.of(new Refusal(2, List.of("no routes"))), desk.refused());
    offer(3, 1);
    assertEquals(Optional.empty(), desk.refused());
  }

  @Test
  void aRefusedSequenceMayBeMended() {
    offer(2, 0);
    assertEquals(new PushOutcome.Runs(2), offer(2, 1));
  }

  @Test
  void aFaultLeavesTheLastGoodOneRunning() {
    offer(1, 1);
    assertTrue(offer(2, 13) instanceof PushOutcome.Refused);
    assertEquals(1, desk.sequence());
    assertEquals(new PushOutcome.Runs(3), offer(3, 2));
  }

  @Test
  void whatIsPushedIsRead() throws Exception {
    byte[] packed = new EnvelopeCodec().encode(new Envelope(5, ServedConfigs.plain(1)));
    assertEquals(new PushOutcome.Runs(5), desk.push(packed));
    assertTrue(desk.push(new byte[0]) instanceof PushOutcome.Refused);
    assertEquals(5, desk.sequence());
  }

  private PushOutcome offer(long sequence, int routes) {
    return desk.offer(new Envelope(sequence, ServedConfigs.plain(routes)), "test");
  }
}
