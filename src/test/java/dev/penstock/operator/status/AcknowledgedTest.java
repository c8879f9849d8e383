package dev.penstock.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.control.ProxyReport;
import dev.penstock.control.ProxyReport.ClientsSeen;
import dev.penstock.operator.delivery.Push;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AcknowledgedTest {

  @Test
  void everyReadyProxyMustRunIt() {
    assertEquals(Wanted.State.TRUE, programmed(runs("a", 5), runs("b", 7)).state());
    Wanted lacking = programmed(runs("a", 5), runs("b", 4));
    assertEquals(Wanted.State.FALSE, lacking.state());
    assertEquals("proxy b does not run it yet", lacking.message());
  }

  @Test
  void oneThatRefusesIsNamedWithItsReason() {
    var refused =
        new ProxyState(
            "b", Optional.empty(), Optional.empty(), new Push.Refused(5, 4, List.of("bad key")));
    Wanted programmed = programmed(runs("a", 5), refused);
    assertEquals(Wanted.State.FALSE, programmed.state());
    assertTrue(programmed.message().contains("b refuses"), programmed.message());
    assertTrue(programmed.message().contains("bad key"), programmed.message());
  }

  @Test
  void oneThatIsSilentIsNamed() {
    var silent =
        new ProxyState(
            "b", Optional.empty(), Optional.of("no route"), new Push.Unreachable(5, "no route"));
    assertEquals("proxy b does not answer: no route", programmed(runs("a", 5), silent).message());
  }

  @Test
  void oneThatWasNotAskedYetLeavesItOpen() {
    var unknown = new ProxyState("b", Optional.empty(), Optional.empty(), new Push.Waiting());
    assertEquals(Wanted.State.AS_BEFORE, programmed(runs("a", 5), unknown).state());
  }

  @Test
  void withoutAReadyProxyNothingIsProgrammed() {
    assertEquals(Wanted.State.FALSE, programmed().state());
  }

  private static Wanted programmed(ProxyState... proxies) {
    return new Acknowledged(List.of(proxies)).programmed(5, "it");
  }

  private static ProxyState runs(String pod, long sequence) {
    var report =
        new ProxyReport(
            "1",
            sequence,
            Optional.empty(),
            true,
            false,
            List.of(),
            Optional.empty(),
            List.of(),
            ClientsSeen.none());
    return new ProxyState(pod, Optional.of(report), Optional.empty(), new Push.Waiting());
  }
}
