package dev.penstock.proxy.tls;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code -----BEGIN label-----} block of a PEM text (RFC 7468), decoded. */
final class PemBlock {

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private final String label;
  private final byte[] der;

  private PemBlock(String label, byte[] der) {
    this.label = label;
    this.der = der;
  }

  String label() {
    return label;
  }

  byte[] der() {
    return der;
  }

  /** All blocks in their order; text between them is a comment. */
  static List<PemBlock> parse(String name, String pem) throws TlsProblem {
    var blocks = new ArrayList<PemBlock>();
    String label = null;
    var body = new StringBuilder();
    for (String line : pem.lines().map(String::strip).toList()) {
      if (label == null) {
        label = marker(line, BEGIN);
      } else if (line.equals(END + label + DASHES)) {
        blocks.add(new PemBlock(label, decode(name, label, body.toString())));
        label = null;
        body.setLength(0);
      } else {
        refuseEncryption(name, line);
        body.append(line);
      }
    }
    if (label != null) {
      throw new TlsProblem(name, "the PEM block '" + label + "' has no end; is the file complete?");
    }
    return blocks;
  }

  private static @Nullable String marker(String line, String start) {
    return line.startsWith(start) && line.endsWith(DASHES)
        ? line.substring(start.length(), line.length() - DASHES.length())
        : null;
  }

  private static void refuseEncryption(String name, String line) throws TlsProblem {
    if (line.startsWith("Proc-Type:") && line.contains("ENCRYPTED")) {
      throw new TlsProblem(name, PrivateKeys.ENCRYPTED);
    }
  }

  private static byte[] decode(String name, String label, String base64) throws TlsProblem {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new TlsProblem(name, "the PEM block '" + label + "' is not base64", e);
    }
  }
}
