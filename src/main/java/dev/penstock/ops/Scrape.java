package dev.penstock.ops;

/**
 * All metrics at one moment, as text.
 *
 * @param contentType of the format that was chosen
 * @param body UTF-8; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Scrape(String contentType, byte[] body) {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  /** The content type for an {@code Accept} field's value, which may be empty. */
  static String contentTypeFor(String accept) {
    return accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
  }
}
