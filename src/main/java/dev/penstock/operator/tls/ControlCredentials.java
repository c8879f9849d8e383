package dev.penstock.operator.tls;

import dev.penstock.certificate.CertificateCheck;
import dev.penstock.certificate.PemPair;
import dev.penstock.certificate.PrivateAuthority;
import dev.penstock.control.ControlPort;
import dev.penstock.model.Certificate;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.operator.delivery.ControlAccess;
import dev.penstock.operator.leader.Gate;
import dev.penstock.operator.resources.ControlSecret;
import dev.penstock.operator.resources.GatewayShape;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By what the operator and the proxies of a gateway know each other: an authority whose key only
 * the operator reads, a certificate that it signed and a token, which the proxies mount. All of it
 * is made anew at two thirds of its life; what was before is accepted until the next time, since
 * mounts are slow to follow.
 */
public final class ControlCredentials {

  private static final Logger LOG = LoggerFactory.getLogger(ControlCredentials.class);
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3 * 365);
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(90);
  private static final int TOKEN_BYTES = 32;
  private static final int TOKENS_KEPT = 2;

  private static final String AUTHORITY = "ca.crt";
  private static final String AUTHORITY_KEY = "ca.key";
  private static final String AUTHORITY_BEFORE = "previous-ca.crt";

  /** Known until it is time to look again; the Secrets are not asked for each time. */
  private record Known(ControlAccess access, Instant until) {}

  private final Map<ResourceName, Known> known = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final KubernetesClient client;
  private final Gate gate;
  private final Clock clock;

  public ControlCredentials(KubernetesClient client, Gate gate, Clock clock) {
    this.client = client;
    this.gate = gate;
    this.clock = clock;
  }

  /** What the proxies of the gateway are asked with; its Secrets are made where they are not. */
  public ControlAccess bring(GatewayShape shape) {
    Known before = known.get(shape.gatewayName());
    if (before != null && clock.instant().isBefore(before.until())) {
      return before.access();
    }
    Secret authority = authority(shape);
    Secret control = control(shape, authority);
    List<String> tokens =
        ControlSecret.entry(control, ControlPort.TOKEN).lines().filter(x -> !x.isBlank()).toList();
    var access =
        new ControlAccess(
            ControlSecret.entry(authority, AUTHORITY)
                + ControlSecret.entry(authority, AUTHORITY_BEFORE),
            tokens);
    Instant until = ripe(ControlSecret.entry(control, ControlPort.CERTIFICATE)).orElseThrow();
    known.put(shape.gatewayName(), new Known(access, until));
    return access;
  }

  /** What was made or found last; never asks the API server. */
  public Optional<ControlAccess> known(ResourceName gateway) {
    return Optional.ofNullable(known.get(gateway)).map(Known::access);
  }

  /** They may have been touched: the next time they are looked at. */
  public void forget(ResourceName gateway) {
    known.remove(gateway);
  }

  private Secret authority(GatewayShape shape) {
    Optional<Secret> standing = get(shape, shape.names().controlAuthority());
    if (standing.filter(this::signs).isPresent()) {
      return standing.get();
    }
    LOG.info("Making a control authority for {}", shape.gatewayName());
    PemPair made =
        PrivateAuthority.make(
            "penstock control " + random.nextInt(1 << 20), clock.instant(), AUTHORITY_LIFE);
    String before = standing.map(secret -> ControlSecret.entry(secret, AUTHORITY)).orElse("");
    return put(
        ControlSecret.authority(
            shape,
            Map.of(AUTHORITY, made.chain(), AUTHORITY_KEY, made.key(), AUTHORITY_BEFORE, before)),
        standing);
  }

  private Secret control(GatewayShape shape, Secret authority) {
    Optional<Secret> standing = get(shape, shape.names().control());
    if (standing.filter(secret -> serves(secret, authority)).isPresent()) {
      return standing.get();
    }
    LOG.info("Making control credentials for {}", shape.gatewayName());
    PemPair made =
        read(authority)
            .orElseThrow()
            .issue(
                ControlPort.SERVER_NAME,
                List.of(ControlPort.SERVER_NAME),
                clock.instant(),
                CERTIFICATE_LIFE);
    List<String> before =
        standing
            .map(secret -> ControlSecret.entry(secret, ControlPort.TOKEN).lines().toList())
            .orElse(List.of());
    var tokens = new StringBuilder(token()).append('\n');
    before.stream().limit(TOKENS_KEPT - 1L).forEach(old -> tokens.append(old).append('\n'));
    return put(
        ControlSecret.control(
            shape,
            Map.of(
                ControlPort.CERTIFICATE,
                made.chain(),
                ControlPort.KEY,
                made.key(),
                ControlPort.TOKEN,
                tokens.toString())),
        standing);
  }

  private String token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private boolean signs(Secret authority) {
    return young(ControlSecret.entry(authority, AUTHORITY)) && read(authority).isPresent();
  }

  /** Signed by this authority, complete, and young enough. */
  private boolean serves(Secret control, Secret authority) {
    String chain = ControlSecret.entry(control, ControlPort.CERTIFICATE);
    String key = ControlSecret.entry(control, ControlPort.KEY);
    if (chain.isBlank()
        || key.isBlank()
        || ControlSecret.entry(control, ControlPort.TOKEN).isBlank()) {
      return false;
    }
    var certificate = new Certificate("control", chain, new Sensitive(key));
    return young(chain)
        && CertificateCheck.problem(certificate, clock.instant()).isEmpty()
        && signedBy(certificate, ControlSecret.entry(authority, AUTHORITY));
  }

  private static boolean signedBy(Certificate certificate, String authority) {
    Optional<X509Certificate> signer = leaf(authority);
    return CertificateCheck.leaf(certificate)
        .filter(leaf -> signer.isPresent())
        .filter(leaf -> isSigned(leaf, signer.get()))
        .isPresent();
  }

  private static boolean isSigned(X509Certificate leaf, X509Certificate signer) {
    try {
      leaf.verify(signer.getPublicKey());
      return true;
    } catch (java.security.GeneralSecurityException e) {
      return false;
    }
  }

  private boolean young(String chain) {
    return ripe(chain).filter(time -> clock.instant().isBefore(time)).isPresent();
  }

  /** When it is to be made anew. */
  private static Optional<Instant> ripe(String chain) {
    return leaf(chain)
        .map(
            leaf -> {
              Instant from = leaf.getNotBefore().toInstant();
              Duration life = Duration.between(from, leaf.getNotAfter().toInstant());
              return from.plus(life.multipliedBy(2).dividedBy(3));
            });
  }

  private static Optional<X509Certificate> leaf(String chain) {
    return chain.isBlank()
        ? Optional.empty()
        : CertificateCheck.leaf(new Certificate("control", chain, new Sensitive("-")));
  }

  private static Optional<PrivateAuthority> read(Secret authority) {
    try {
      return Optional.of(
          PrivateAuthority.read(
              new PemPair(
                  ControlSecret.entry(authority, AUTHORITY),
                  ControlSecret.entry(authority, AUTHORITY_KEY))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Optional<Secret> get(GatewayShape shape, String name) {
    return Optional.ofNullable(
        client.secrets().inNamespace(shape.names().namespace()).withName(name).get());
  }

  private Secret put(Secret wanted, Optional<Secret> standing) {
    gate.check();
    if (standing.isEmpty()) {
      return client.resource(wanted).create();
    }
    wanted.getMetadata().setResourceVersion(standing.get().getMetadata().getResourceVersion());
    return client.resource(wanted).update();
  }
}
