package dev.penstock.proxy.control;

import dev.penstock.config.ConfigFormatException;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.control.ProxyReport.Refusal;
import dev.penstock.model.GatewayConfig;
import dev.penstock.proxy.ConfigRefusedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes configurations from wherever they come and lets the newest run: the sequence never goes
 * back, and one that cannot run leaves the last good one running.
 */
public final class ConfigDesk {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigDesk.class);

  private final EnvelopeCodec codec = new EnvelopeCodec();
  private final Proxy proxy;
  private volatile @Nullable Envelope running;
  private volatile @Nullable Refusal refused;

  /** What runs configurations. */
  @FunctionalInterface
  public interface Proxy {

    /**
     * Returns when it runs.
     *
     * @throws ConfigRefusedException when it cannot; the one before goes on
     */
    void apply(GatewayConfig config) throws ConfigRefusedException;
  }

  public ConfigDesk(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Takes one as it was sent. */
  public PushOutcome push(byte[] packed) {
    Envelope envelope;
    try {
      envelope = codec.decode(packed);
    } catch (ConfigFormatException e) {
      return refuse(0, List.of(e.getMessage()), "push");
    }
    return offer(envelope, "push");
  }

  /**
   * Takes one; returns when it runs, or why it does not.
   *
   * @param source for the log
   */
  public synchronized PushOutcome offer(Envelope envelope, String source) {
    long now = sequence();
    if (envelope.sequence() < now) {
      return new PushOutcome.Outdated(
          now, "sequence " + envelope.sequence() + " is older than " + now + ", which runs");
    }
    if (envelope.sequence() == now) {
      return again(envelope);
    }
    try {
      proxy.apply(envelope.config());
    } catch (ConfigRefusedException e) {
      return refuse(envelope.sequence(), e.problems(), source);
    } catch (RuntimeException e) {
      LOG.error("Configuration {} ({}) met a fault", envelope.sequence(), source, e);
      return refuse(envelope.sequence(), List.of("a fault of this version: " + e), source);
    }
    running = envelope;
    refused = null;
    LOG.info(
        "Configuration {} ({}) runs: {} services",
        envelope.sequence(),
        source,
        envelope.config().routes().size());
    return new PushOutcome.Runs(envelope.sequence());
  }

  /** The sequence that runs; 0: none. */
  public long sequence() {
    Envelope now = running;
    return now == null ? 0 : now.sequence();
  }

  /** The last one that was refused, unless a later one runs. */
  public Optional<Refusal> refused() {
    return Optional.ofNullable(refused);
  }

  private PushOutcome again(Envelope envelope) {
    Envelope now = running;
    return envelope.equals(now)
        ? new PushOutcome.Runs(envelope.sequence())
        : new PushOutcome.Outdated(
            envelope.sequence(),
            "another configuration with sequence " + envelope.sequence() + " runs");
  }

  private PushOutcome refuse(long sequence, List<String> problems, String source) {
    var refusal = new Refusal(sequence, problems);
    if (!refusal.equals(refused)) {
      LOG.warn(
          "Configuration {} ({}) is refused, {} goes on: {}",
          sequence == 0 ? "without a sequence" : sequence,
          source,
          sequence() == 0 ? "none" : sequence(),
          String.join("; ", problems));
    }
    refused = refusal;
    return new PushOutcome.Refused(sequence(), problems);
  }
}
