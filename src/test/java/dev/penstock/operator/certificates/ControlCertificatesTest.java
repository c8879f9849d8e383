package dev.penstock.operator.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.certificates.AlternativeNames;
import dev.penstock.certificates.PemPair;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ControlCertificatesTest {

  private static final ResourceName GATEWAY = new ResourceName("ai", "default");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NAME = "proxy.example.internal";

  @Test
  void theAuthorityVouchesForTheServerUnderItsFixedName() throws Exception {
    ControlCredentials made = first();
    validate(made.identity().server(), made.authority(), NOW);
    X509Certificate server = made.identity().server().certificate().orElseThrow();
    assertEquals(Set.of(NAME), AlternativeNames.of(server));
    assertEquals(-1, server.getBasicConstraints());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), server.getExtendedKeyUsage());
    assertEquals(NOW.plus(Duration.ofDays(90)), server.getNotAfter().toInstant());
  }

  @Test
  void theAuthoritySignsServersOnlyForTenYears() throws Exception {
    X509Certificate authority = first().authority().current().certificate().orElseThrow();
    assertEquals(0, authority.getBasicConstraints());
    assertTrue(authority.getKeyUsage()[5], "keyCertSign");
    assertFalse(authority.getKeyUsage()[0], "digitalSignature");
    assertEquals(
        NOW.atZone(ZoneOffset.UTC).plusYears(10).toLocalDate(),
        authority.getNotAfter().toInstant().atZone(ZoneOffset.UTC).toLocalDate());
    authority.verify(authority.getPublicKey());
  }

  @Test
  void aTokenHas256BitsAndIsNeverPrinted() {
    ControlCredentials made = first();
    String token = made.identity().token().value();
    assertEquals(32, Base64.getUrlDecoder().decode(token).length);
    assertNotEquals(token, first().identity().token().value());
    assertFalse(made.toString().contains(token));
    assertFalse(made.toString().contains("PRIVATE KEY"));
  }

  @Test
  void whatIsGoodIsKept() {
    ControlCredentials made = first();
    assertEquals(made, again(made, NOW.plus(Duration.ofDays(59))));
    assertEquals(
        NOW.plus(Duration.ofDays(60)).truncatedTo(ChronoUnit.DAYS),
        made.due().truncatedTo(ChronoUnit.DAYS));
  }

  @Test
  void theServersCertificateIsMadeAnewAtTwoThirdsOfItsLife() throws Exception {
    ControlCredentials made = first();
    Instant later = NOW.plus(Duration.ofDays(61));
    ControlCredentials renewed = again(made, later);
    assertNotEquals(made.identity().server(), renewed.identity().server());
    assertEquals(made.identity().token(), renewed.identity().token());
    assertEquals(made.authority(), renewed.authority());
    validate(renewed.identity().server(), renewed.authority(), later);
  }

  @Test
  void proxiesWithACertificateOfTheFormerAuthorityAreStillTrusted() throws Exception {
    Instant beforeTheEnd = NOW.plus(Duration.ofDays(2430));
    ControlCredentials old = again(first(), beforeTheEnd);
    Instant later = NOW.plus(Duration.ofDays(2440));
    ControlCredentials renewed = again(old, later);
    assertNotEquals(old.authority().current(), renewed.authority().current());
    assertEquals(List.of(old.authority().current().chain()), renewed.authority().former());
    validate(old.identity().server(), renewed.authority(), later);
    validate(renewed.identity().server(), renewed.authority(), later);
    assertThrows(
        CertPathValidatorException.class,
        () -> validate(renewed.identity().server(), old.authority(), later));
    assertEquals(renewed, again(renewed, later));
  }

  @Test
  void anAuthorityThatHasEndedIsForgotten() {
    ControlCredentials made = first();
    ControlCredentials second = again(made, NOW.plus(Duration.ofDays(2440)));
    ControlCredentials third = again(second, NOW.plus(Duration.ofDays(3654)));
    assertEquals(second.authority().current(), third.authority().current());
    assertEquals(List.of(), third.authority().former());
  }

  @Test
  void aLostAuthorityIsReplacedAndTheServerSignedAnew() throws Exception {
    ControlCredentials made = first();
    ControlCredentials renewed =
        at(NOW).renew(GATEWAY, Optional.empty(), Optional.of(made.identity()));
    assertNotEquals(made.identity().server(), renewed.identity().server());
    assertEquals(made.identity().token(), renewed.identity().token());
    validate(renewed.identity().server(), renewed.authority(), NOW);
  }

  @Test
  void whatIsDamagedIsReplaced() throws Exception {
    ControlCredentials made = first();
    PemPair server = made.identity().server();
    for (PemPair damaged :
        List.of(
            new PemPair("", ""),
            new PemPair(server.chain(), "garbage"),
            new PemPair("garbage", server.key()),
            new PemPair(server.chain(), first().identity().server().key()),
            first().identity().server())) {
      var standing =
          new ControlCredentials(
              made.authority(), new ControlIdentity(damaged, made.identity().token()));
      validate(again(standing, NOW).identity().server(), made.authority(), NOW);
    }
    var unsound =
        new ControlCredentials(
            new ControlAuthority(
                new PemPair(made.authority().current().chain(), "x"), List.of("y")),
            new ControlIdentity(server, new Sensitive("guess")));
    ControlCredentials renewed = again(unsound, NOW);
    assertNotEquals("guess", renewed.identity().token().value());
    validate(renewed.identity().server(), renewed.authority(), NOW);
    assertEquals(List.of(made.authority().current().chain()), renewed.authority().former());
  }

  @Test
  void aServersCertificateIsNoAuthority() {
    ControlCredentials made = first();
    var swapped =
        new ControlCredentials(
            new ControlAuthority(made.identity().server(), List.of()), made.identity());
    assertNotEquals(made.identity().server(), again(swapped, NOW).authority().current());
  }

  private static ControlCredentials first() {
    return at(NOW).renew(GATEWAY, Optional.empty(), Optional.empty());
  }

  private static ControlCredentials again(ControlCredentials standing, Instant now) {
    return at(now)
        .renew(GATEWAY, Optional.of(standing.authority()), Optional.of(standing.identity()));
  }

  private static ControlCertificates at(Instant now) {
    return new ControlCertificates(NAME, Clock.fixed(now, ZoneOffset.UTC), new SecureRandom());
  }

  /** As the JDK's own TLS would: PKIX, from all that the operator trusts. */
  private static void validate(PemPair server, ControlAuthority authority, Instant now)
      throws Exception {
    var certificates = CertificateFactory.getInstance("X.509");
    var trusted = new ByteArrayInputStream(authority.trusted().getBytes(StandardCharsets.US_ASCII));
    var anchors =
        certificates.generateCertificates(trusted).stream()
            .map(each -> new TrustAnchor((X509Certificate) each, null))
            .collect(Collectors.toCollection(HashSet::new));
    var parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    CertPathValidator.getInstance("PKIX")
        .validate(
            certificates.generateCertPath(List.of(server.certificate().orElseThrow())), parameters);
  }
}
