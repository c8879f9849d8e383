package dev.penstock.proxy.overload;

import java.util.List;

/** How full one kind of memory is. */
public interface MemoryGauge {

  /** For the log, such as {@code direct memory}. */
  String name();

  /** The most there is, in bytes. */
  long max();

  /** Of that what is in use now, in bytes. */
  long used();

  /** Whether closing connections that hold much gives some of it back. */
  boolean heldByConnections();

  /** Those of this process. */
  static List<MemoryGauge> ofThisProcess() {
    return List.of(new DirectMemory(), new Heap());
  }
}
