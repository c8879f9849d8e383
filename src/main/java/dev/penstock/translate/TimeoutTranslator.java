package dev.penstock.translate;

import dev.penstock.api.v1alpha1.Defaults;
import dev.penstock.model.Timeouts;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code spec.timeouts}: nginx's {@code proxy_*_timeout}. */
final class TimeoutTranslator {

  private TimeoutTranslator() {}

  static Timeouts translate(dev.penstock.api.v1alpha1.@Nullable Timeouts timeouts, Problems at) {
    var given = Values.or(timeouts, new dev.penstock.api.v1alpha1.Timeouts(null, null, null, null));
    Duration connect = Values.duration(given.connect(), Defaults.CONNECT_TIMEOUT, at.at("connect"));
    Duration firstByte =
        Values.duration(given.firstByte(), Defaults.FIRST_BYTE_TIMEOUT, at.at("firstByte"));
    Duration idle = Values.duration(given.idle(), Defaults.IDLE_TIMEOUT, at.at("idle"));
    Optional<Duration> request =
        Optional.ofNullable(given.request())
            .map(text -> Values.duration(text, Defaults.FIRST_BYTE_TIMEOUT, at.at("request")));
    return new Timeouts(connect, firstByte, idle, request);
  }
}
