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
    assertEquals(Wanted.State.SOON, lacking.state());
    assertEquals("proxy b does not run it yet", lacking.message());
  }

  @Test
  void oneThatWillNotRunItIsToldBeforeOneThatDoesNotYet() {
    Wanted programmed = programmed(runs("a", 4), silent("b"));
    assertEquals(Wanted.State.FALSE, programmed.state());
    assertEquals("proxy b does not answer: no route", programmed.message());
  }

  @Test
  void whatStandsSinceLongDoesNotWaitForWhatComesLaterUnlessThatIsRefused() {
    assertEquals(Wanted.State.TRUE, of(runs("a", 5)).programmed(5, 6, "it").state());
    assertEquals(1, of(runs("a", 5)).programmed(5, 6));
    assertEquals(Wanted.State.SOON, of(runs("a", 4)).programmed(5, 6, "it").state());
    assertEquals(0, of(runs("a", 4)).programmed(5, 6));

    Acknowledged refused = of(refuses("a", 6));
    assertEquals(Wanted.State.FALSE, refused.programmed(5, 6, "it").state());
    assertTrue(refused.programmed(5, 6, "it").message().contains("bad key"));
    assertEquals(0, refused.programmed(5, 6));
  }

  @Test
  void oneThatRefusesIsNamedWithItsReason() {
    Wanted programmed = programmed(runs("a", 5), refuses("b", 5));
    assertEquals(Wanted.State.FALSE, programmed.state());
    assertTrue(programmed.message().contains("b refuses"), programmed.message());
    assertTrue(programmed.message().contains("bad key"), programmed.message());
  }

  @Test
  void oneThatIsSilentIsNamed() {
    assertEquals(
        "proxy b does not answer: no route", programmed(runs("a", 5), silent("b")).message());
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
    return of(proxies).programmed(5, "it");
  }

  private static Acknowledged of(ProxyState... proxies) {
    return new Acknowledged(List.of(proxies));
  }

  /** One that runs the sequence before. */
  private static ProxyState refuses(String pod, long sequence) {
    var push = new Push.Refused(sequence, sequence - 1, List.of("bad key"));
    return new ProxyState(pod, Optional.empty(), Optional.empty(), push);
  }

  private static ProxyState silent(String pod) {
    var push = new Push.Unreachable(5, "no route");
    return new ProxyState(pod, Optional.empty(), Optional.of("no route"), push);
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
