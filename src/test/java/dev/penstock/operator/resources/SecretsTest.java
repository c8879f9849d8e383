package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.certificates.PemPair;
import dev.penstock.model.Sensitive;
import dev.penstock.operator.certificates.ControlAuthority;
import dev.penstock.operator.certificates.ControlIdentity;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretsTest {

  private static final PemPair PAIR =
      new PemPair(certificate("one"), "-----BEGIN PRIVATE KEY-----\nkey\n");

  private final GatewayShape shape;

  SecretsTest() throws IOException {
    shape = Golden.shape("gateway-defaults");
  }

  @Test
  void whatIsWrittenIsRead() {
    Secret tls = TlsSecret.of(shape, PAIR);
    assertEquals("penstock-default-tls", tls.getMetadata().getName());
    assertEquals("kubernetes.io/tls", tls.getType());
    assertEquals(Optional.of(PAIR), TlsSecret.read(tls));

    var identity = new ControlIdentity(PAIR, new Sensitive("token"));
    Secret control = ControlSecrets.of(shape, identity);
    assertEquals("penstock-default-control", control.getMetadata().getName());
    assertEquals(Optional.of(identity), ControlSecrets.identity(control));

    for (List<String> former :
        List.of(List.<String>of(), List.of(certificate("two"), certificate("three")))) {
      var authority = new ControlAuthority(PAIR, former);
      Secret secret = ControlSecrets.of(shape, authority);
      assertEquals("penstock-default-control-ca", secret.getMetadata().getName());
      assertEquals(Optional.of(authority), ControlSecrets.authority(secret));
    }
  }

  @Test
  void theAuthoritysKeyIsNowhereThatAPodLooks() {
    Secret control = ControlSecrets.of(shape, new ControlIdentity(PAIR, new Sensitive("token")));
    assertEquals(Set.of("tls.crt", "tls.key", "token"), control.getData().keySet());
    String pod = Golden.yaml(GatewayObjects.of(shape).wanted(), List.of());
    assertTrue(pod.contains(shape.names().control()));
    assertTrue(!pod.contains(shape.names().controlAuthority()));
  }

  @Test
  void whatIsDamagedIsAbsent() {
    Secret secret = TlsSecret.of(shape, PAIR);
    secret.setData(Map.of("tls.crt", "*", "tls.key", "*", "token", "*"));
    assertEquals(Optional.empty(), TlsSecret.read(secret));
    assertEquals(Optional.empty(), ControlSecrets.identity(secret));
    assertEquals(Optional.empty(), ControlSecrets.authority(secret));
    assertEquals(Optional.empty(), TlsSecret.read(new Secret()));
  }

  private static String certificate(String body) {
    return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
  }
}
