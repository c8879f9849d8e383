package dev.penstock.config;

import dev.penstock.model.GatewayConfig;
import java.util.Arrays;

/**
 * What came to the document after its first format and must not be skipped by who does not know it.
 * To add one: the constant, with a format above all others.
 */
enum Feature {
  /** Without it certificates of clients would not be asked for. */
  CLIENT_AUTHORITY(2) {
    @Override
    boolean usedBy(GatewayConfig config) {
      return config.tls().clientCa().isPresent();
    }
  };

  static final int FIRST_FORMAT = 1;
  static final int NEWEST_FORMAT =
      Arrays.stream(values()).mapToInt(feature -> feature.since).max().orElse(FIRST_FORMAT);

  private final int since;

  Feature(int since) {
    this.since = since;
  }

  /** Whether the configuration means something else without it. */
  abstract boolean usedBy(GatewayConfig config);

  /** The first format that knows it. */
  int since() {
    return since;
  }

  /** The oldest format whose readers understand all of the configuration. */
  static int oldestReader(GatewayConfig config) {
    return Arrays.stream(values())
        .filter(feature -> feature.usedBy(config))
        .mapToInt(Feature::since)
        .max()
        .orElse(FIRST_FORMAT);
  }
}
