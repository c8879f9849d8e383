package dev.penstock.proxy.overload;

import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is memory for more. Above a high mark no new work is taken, until a low one is
 * passed on the way down; above a higher one what holds most is given up.
 *
 * <p>Looked at now and then by one thread; asked by all.
 */
public final class Overload {

  /** Of the memory there is: from here on new requests are refused. */
  static final double HIGH = 0.80;

  /** From here on no connection is accepted, and those that hold most are broken off. */
  static final double CRITICAL = 0.85;

  /** Below it all is well again: above what an allocator keeps of a flood that is over. */
  static final double LOW = 0.65;

  private static final Logger LOG = LoggerFactory.getLogger(Overload.class);

  private final List<MemoryGauge> gauges;
  private final Actions actions;
  private volatile boolean shedding;
  private boolean refusing;

  /** What is done about it; called by the thread that looks. */
  public interface Actions {

    /** Load is shed from now on, or no longer. */
    void shedding(boolean on);

    /** Connections are accepted from now on, or no longer. */
    void accepting(boolean on);

    /** So many bytes should be given back by the connections that hold most. */
    void giveBack(long bytes);
  }

  public Overload(List<MemoryGauge> gauges, Actions actions) {
    this.gauges = List.copyOf(gauges);
    this.actions = actions;
  }

  /** Whether new requests are refused. */
  public boolean shedding() {
    return shedding;
  }

  /** Looks at all gauges and acts. Not for several threads at once. */
  public void look() {
    MemoryGauge fullest = gauges.getFirst();
    for (MemoryGauge gauge : gauges) {
      fullest = fill(gauge) > fill(fullest) ? gauge : fullest;
    }
    double fill = fill(fullest);
    if (!shedding && fill >= HIGH) {
      change(true, fullest, fill);
    } else if (shedding && fill < LOW) {
      change(false, fullest, fill);
    }
    if (refusing != (fill >= CRITICAL || (refusing && fill >= HIGH))) {
      refusing = !refusing;
      actions.accepting(!refusing);
    }
    for (MemoryGauge gauge : gauges) {
      if (gauge.heldByConnections() && fill(gauge) >= CRITICAL) {
        actions.giveBack(gauge.used() - (long) (gauge.max() * HIGH));
      }
    }
  }

  private void change(boolean on, MemoryGauge gauge, double fill) {
    String percent = String.format(Locale.ROOT, "%.0f", fill * 100);
    if (on) {
      LOG.warn(
          "{} is {} % full: new requests are answered 503 until it is below {} %",
          gauge.name(), percent, Math.round(LOW * 100));
    } else {
      LOG.info("memory is free again ({} {} % full): requests are taken", gauge.name(), percent);
    }
    shedding = on;
    actions.shedding(on);
  }

  private static double fill(MemoryGauge gauge) {
    return (double) gauge.used() / gauge.max();
  }
}
