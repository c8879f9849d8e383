package dev.penstock.certificate;

import java.util.Optional;

/** A certificate chain and its key, one after the other in one text, as many servers keep them. */
public record PemPair(String chain, String key) {

  private static final String CHAIN = "-----BEGIN CERTIFICATE-----";
  private static final String KEY = "-----BEGIN PRIVATE KEY-----";

  /** Absent when one of the two is not there. */
  public static Optional<PemPair> parse(String text) {
    int chain = text.indexOf(CHAIN);
    int key = text.indexOf(KEY);
    return key < 0 || chain < key
        ? Optional.empty()
        : Optional.of(new PemPair(text.substring(chain), text.substring(key, chain)));
  }

  /** One file, so that a key and its certificate are never of two makes. */
  public String text() {
    return key + chain;
  }

  @Override
  public String toString() {
    return "PemPair[redacted]";
  }
}
