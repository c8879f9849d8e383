package dev.penstock.operator.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.certificates.AlternativeNames;
import dev.penstock.certificates.PemPair;
import dev.penstock.certificates.Renewal;
import dev.penstock.model.ClientIp;
import dev.penstock.model.EdgeLimits;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Limiter;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Tls;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfSignedCertificatesTest {

  private static final ResourceName GATEWAY = new ResourceName("ai", "default");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Set<String> NAMES = Set.of("ai.example.com", "192.0.2.7");

  @Test
  void itIsForAllNames() {
    PemPair made = at(NOW).renew(GATEWAY, NAMES, Optional.empty());
    assertEquals(NAMES, AlternativeNames.of(made.certificate().orElseThrow()));
    assertTrue(Renewal.sound(made));
  }

  @Test
  void itIsKeptUntilTwoThirdsOfItsLife() {
    PemPair made = at(NOW).renew(GATEWAY, NAMES, Optional.empty());
    Instant due = Renewal.due(made.certificate().orElseThrow());
    assertEquals(made, at(due.minusSeconds(1)).renew(GATEWAY, NAMES, Optional.of(made)));
    PemPair next = at(due).renew(GATEWAY, NAMES, Optional.of(made));
    assertNotEquals(made, next);
    Instant end = next.certificate().orElseThrow().getNotAfter().toInstant();
    assertEquals(due.plus(Duration.ofDays(90)).getEpochSecond(), end.getEpochSecond());
  }

  @Test
  void anotherNameOrADamagedKeyTakesANewOne() {
    PemPair made = at(NOW).renew(GATEWAY, NAMES, Optional.empty());
    Set<String> more = Set.of("ai.example.com", "new.example.com");
    assertNotEquals(made, at(NOW).renew(GATEWAY, more, Optional.of(made)));
    assertEquals(made, at(NOW).renew(GATEWAY, Set.of("ai.example.com"), Optional.of(made)));
    var damaged = new PemPair(made.chain(), "garbage");
    assertTrue(Renewal.sound(at(NOW).renew(GATEWAY, NAMES, Optional.of(damaged))));
  }

  @Test
  void clientsMayCallAGatewayByItsHostNamesItsServiceAndItsAddress() {
    var config =
        new GatewayConfig(
            GATEWAY,
            List.of("ai.example.com"),
            Tls.disabled(),
            ClientIp.defaults(),
            EdgeLimits.defaults(),
            Limiter.local(),
            Duration.ZERO,
            List.of());
    assertEquals(
        Set.of(
            "ai.example.com",
            "penstock-default.ai",
            "penstock-default.ai.svc",
            "penstock-default.ai.svc.cluster.local",
            "192.0.2.7"),
        SelfSignedCertificates.names(config, "penstock-default", List.of("192.0.2.7")));
  }

  private static SelfSignedCertificates at(Instant now) {
    return new SelfSignedCertificates(Clock.fixed(now, ZoneOffset.UTC), new SecureRandom());
  }
}
