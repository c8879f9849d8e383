package dev.penstock.proxy;

import dev.penstock.ops.AccessLog;
import dev.penstock.ops.ProxyMetrics;
import dev.penstock.proxy.overload.MemoryGauge;
import dev.penstock.proxy.upstream.Resolver;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * How a proxy is run, as opposed to what it serves.
 *
 * @param bind the address that the public listeners are bound to
 * @param httpPort plain text; 0 picks a free one, -1 is off
 * @param httpsPort TLS; 0 picks a free one, -1 is off
 * @param redirectPort where clients reach https; absent: at the listener's own port
 * @param nanoClock monotonic nanoseconds, for limits and caches
 * @param workers event loops
 * @param resolver finds the addresses of backends that have names
 * @param memory what must not run out
 */
public record ProxyOptions(
    InetAddress bind,
    int httpPort,
    int httpsPort,
    OptionalInt redirectPort,
    AccessLog accessLog,
    ProxyMetrics metrics,
    LongSupplier nanoClock,
    int workers,
    Resolver resolver,
    List<MemoryGauge> memory) {

  /** With the system's own resolver, and the memory of this process. */
  public ProxyOptions(
      InetAddress bind,
      int httpPort,
      int httpsPort,
      OptionalInt redirectPort,
      AccessLog accessLog,
      ProxyMetrics metrics,
      LongSupplier nanoClock,
      int workers) {
    this(
        bind,
        httpPort,
        httpsPort,
        redirectPort,
        accessLog,
        metrics,
        nanoClock,
        workers,
        Resolver.system(),
        MemoryGauge.ofThisProcess());
  }

  public ProxyOptions {
    memory = List.copyOf(memory);
    if (httpPort < -1 || httpPort > 65_535 || httpsPort < -1 || httpsPort > 65_535) {
      throw new IllegalArgumentException("a port is from 0 to 65535, or -1 for off");
    }
  }
}
