package dev.penstock.cli;

import dev.penstock.model.Certificate;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A certificate that was made here.
 *
 * @param expires when clients stop believing it
 * @param authority the file for clients to trust it by; absent when it could not be written
 */
record SelfSigned(Certificate certificate, Instant expires, Optional<Path> authority) {

  String described() {
    String until = "self-signed, until " + expires.atZone(ZoneOffset.UTC).toLocalDate();
    return authority
        .map(file -> file + " (" + until + ")")
        .orElse("in memory only (" + until + "; another one after a restart)");
  }
}
