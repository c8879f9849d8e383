package dev.penstock.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** When each certificate in use ends. A renewed one keeps its series. */
final class CertificateMeters {
  private record Expiry(AtomicLong epochSecond, Meter gauge) {}

  private final MeterRegistry registry;
  private final Map<String, Expiry> expiries = new HashMap<>();

  CertificateMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  synchronized void replace(Map<String, Instant> expiryByName) {
    expiries
        .entrySet()
        .removeIf(
            known -> {
              boolean gone = !expiryByName.containsKey(known.getKey());
              if (gone) {
                registry.remove(known.getValue().gauge());
              }
              return gone;
            });
    expiryByName.forEach(
        (name, expiry) ->
            expiries
                .computeIfAbsent(name, this::newExpiry)
                .epochSecond()
                .set(expiry.getEpochSecond()));
  }

  private Expiry newExpiry(String name) {
    var epochSecond = new AtomicLong();
    var gauge =
        Gauge.builder("penstock.certificate.expiry.timestamp", epochSecond, AtomicLong::get)
            .description("When a certificate in use ends")
            .baseUnit("seconds")
            .tag("certificate", name)
            .strongReference(true)
            .register(registry);
    return new Expiry(epochSecond, gauge);
  }
}
