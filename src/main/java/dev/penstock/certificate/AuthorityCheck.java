package dev.penstock.certificate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/** Whether a text can tell by whom certificates must be signed. */
public final class AuthorityCheck {

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  private AuthorityCheck() {}

  /** What is wrong with it; absent when it is one readable certificate or more, in PEM. */
  public static Optional<String> problem(String pem) {
    int begun = pem.split(BEGIN, -1).length - 1;
    if (begun == 0) {
      return Optional.of("holds no certificate in PEM");
    }
    try {
      var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
      int read = CertificateFactory.getInstance("X.509").generateCertificates(in).size();
      return read == begun ? Optional.empty() : Optional.of("holds a certificate that is cut off");
    } catch (CertificateException e) {
      return Optional.of("holds a certificate that cannot be read");
    }
  }
}
