package dev.penstock.proxy.overload;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.PlatformDependent;

/**
 * What buffers of connections lie in. What the allocator keeps for later counts as in use: it can
 * keep it in pieces of the wrong size.
 */
final class DirectMemory implements MemoryGauge {

  private final long max = PlatformDependent.maxDirectMemory();

  @Override
  public String name() {
    return "direct memory";
  }

  @Override
  public long max() {
    return max;
  }

  @Override
  public long used() {
    ByteBufAllocatorMetric metric =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return Math.max(metric.usedDirectMemory(), PlatformDependent.usedDirectMemory());
  }

  @Override
  public boolean heldByConnections() {
    return true;
  }
}
