package dev.penstock.operator.delivery;

import dev.penstock.config.ConfigTooLargeException;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import java.util.Arrays;
import java.util.List;

/**
 * An envelope as it is stored and sent; encoded once for all proxies. Equal where its bytes are.
 */
public final class Parcel {

  private final long sequence;
  private final byte[] packed;

  private Parcel(long sequence, byte[] packed) {
    this.sequence = sequence;
    this.packed = packed;
  }

  /**
   * Packs an envelope.
   *
   * @throws ConfigTooLargeException when no proxy would read it
   */
  public static Parcel of(Envelope envelope) throws ConfigTooLargeException {
    return new Parcel(envelope.sequence(), new EnvelopeCodec().encode(envelope));
  }

  public long sequence() {
    return sequence;
  }

  /** The contents of the Secrets, first to last. */
  public List<byte[]> shards() {
    return Shards.split(sequence, packed);
  }

  /** Not a copy: read only. */
  byte[] packed() {
    return packed;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Parcel that
            && sequence == that.sequence
            && Arrays.equals(packed, that.packed));
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence);
  }

  @Override
  public String toString() {
    return "configuration " + sequence + " (" + packed.length + " bytes)";
  }
}
