package dev.penstock.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/** Memory, garbage collection, threads and processor of the JVM, and Netty's direct memory. */
final class PlatformMeters implements AutoCloseable {
  private final JvmGcMetrics gc = new JvmGcMetrics();

  PlatformMeters(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    gc.bindTo(registry);
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
      Gauge.builder(
              "penstock.netty.direct.memory",
              allocator.metric(),
              metric -> metric.usedDirectMemory())
          .description("Direct memory that the default allocator holds")
          .baseUnit("bytes")
          .strongReference(true)
          .register(registry);
    }
  }

  @Override
  public void close() {
    gc.close();
  }
}
