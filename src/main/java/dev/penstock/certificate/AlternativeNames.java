package dev.penstock.certificate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names that a certificate is for (RFC 5280, section 4.2.1.6), in one spelling. */
public final class AlternativeNames {

  private AlternativeNames() {}

  public static Set<String> of(X509Certificate certificate) {
    var names = new TreeSet<String>();
    try {
      Collection<List<?>> written = certificate.getSubjectAlternativeNames();
      if (written != null) {
        written.forEach(name -> names.add(canonical(String.valueOf(name.get(1)))));
      }
    } catch (CertificateParsingException e) {
      names.clear(); // for nobody
    }
    return names;
  }

  public static Set<String> canonical(Collection<String> names) {
    var canonical = new TreeSet<String>();
    names.forEach(name -> canonical.add(canonical(name)));
    return canonical;
  }

  private static String canonical(String name) {
    if (name.indexOf(':') < 0) {
      return name;
    }
    try {
      return InetAddress.getByName(name).getHostAddress();
    } catch (UnknownHostException e) {
      return name;
    }
  }
}
