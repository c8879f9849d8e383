package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

class SecretsStaySecretTest {

  @Test
  void aPrivateKeyIsNotPrinted() {
    var certificate = new Certificate("ai/tls", "CHAIN", new Sensitive("PRIVATE"));
    var tls = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(certificate));
    assertFalse(tls.toString().contains("PRIVATE"));
  }

  @Test
  void theHashOfAKeyIsNotPrinted() {
    String hash = "0123456789abcdef".repeat(4);
    var keys =
        new AuthPolicy.ApiKeys(
            List.of(new AuthPolicy.ApiKey("team/alice", hash)),
            List.of("X-API-Key"),
            AuthPolicy.ForwardCredentials.STRIP);
    assertFalse(keys.toString().contains(hash));
  }
}
