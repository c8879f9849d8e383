package dev.penstock.proxy.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Reads certificates from PEM. */
final class Certificates {

  private static final int DNS_NAME = 2;

  private Certificates() {}

  /** At least one certificate; {@code name} is for messages. */
  static List<X509Certificate> read(String name, String pem) throws TlsProblem {
    var certificates = new ArrayList<X509Certificate>();
    for (PemBlock block : PemBlock.parse(name, pem)) {
      if (block.label().equals("CERTIFICATE")) {
        certificates.add(decode(name, block.der(), certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsProblem(name, "holds no certificate in PEM");
    }
    return certificates;
  }

  private static X509Certificate decode(String name, byte[] der, int number) throws TlsProblem {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsProblem(name, "certificate " + number + " cannot be read", e);
    }
  }

  /** The DNS names of the certificate, in lower case; its common name is none (RFC 9525). */
  static List<String> dnsNames(String name, X509Certificate certificate) throws TlsProblem {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(entry -> entry.getFirst().equals(DNS_NAME))
              .map(entry -> entry.get(1).toString().toLowerCase(Locale.ROOT))
              .toList();
    } catch (CertificateParsingException e) {
      throw new TlsProblem(name, "its alternative names cannot be read", e);
    }
  }
}
