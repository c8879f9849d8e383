package dev.penstock.proxy.overload;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * What is alive on the heap. A heap full of garbage is no shortage, so it is what the last
 * collection left that counts; and as that is not looked at again before the next, never more than
 * what is there now.
 */
final class Heap implements MemoryGauge {

  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public long max() {
    return Runtime.getRuntime().maxMemory();
  }

  @Override
  public long used() {
    long left = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage afterCollection = pool.getCollectionUsage();
      left += afterCollection == null ? 0 : afterCollection.getUsed();
    }
    Runtime now = Runtime.getRuntime();
    return Math.min(left, now.totalMemory() - now.freeMemory());
  }

  @Override
  public boolean heldByConnections() {
    return false;
  }
}
