package dev.penstock.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An encoded envelope in parts that each fit a Secret (1 MiB with all that is around it). Every
 * part begins with a line that says what it is a part of: Secrets change one by one, so a mount may
 * for a while show parts of two envelopes, or leftovers of a longer one.
 */
public final class Shards {

  /** How many there may be at most. */
  public static final int MAX_SHARDS = 16;

  /** The size of one at most, in bytes. */
  public static final int MAX_SHARD_BYTES = 900 << 10;

  private static final int HEAD_BYTES = 128;
  static final int MAX_PAYLOAD = MAX_SHARD_BYTES - HEAD_BYTES;

  /** {@code penstock-config <sequence> <part>/<parts> <digest of the whole>}, parts from 1. */
  private static final Pattern HEAD =
      Pattern.compile(
          "penstock-config ([1-9][0-9]{0,17}) ([1-9][0-9]?)/([1-9][0-9]?) ([0-9a-f]{64})\n");

  private static final Comparator<Set> NEWEST_FIRST =
      Comparator.comparingLong((Set set) -> set.sequence).reversed();

  private Shards() {}

  /** The parts of {@link EnvelopeCodec#encode}'s bytes, the same for the same bytes. */
  public static List<byte[]> split(long sequence, byte[] encoded) {
    int parts = Math.max(1, Math.ceilDiv(encoded.length, MAX_PAYLOAD));
    if (parts > MAX_SHARDS) {
      throw new IllegalArgumentException(encoded.length + " bytes need " + parts + " shards");
    }
    String digest = digest(encoded);
    List<byte[]> shards = new ArrayList<>(parts);
    for (int part = 0; part < parts; part++) {
      int from = part * MAX_PAYLOAD;
      var shard = new ByteArrayOutputStream();
      shard.writeBytes(
          "penstock-config %d %d/%d %s\n"
              .formatted(sequence, part + 1, parts, digest)
              .getBytes(US_ASCII));
      shard.write(encoded, from, Math.min(MAX_PAYLOAD, encoded.length - from));
      shards.add(shard.toByteArray());
    }
    return shards;
  }

  /** Of which envelope it is a part, without the other parts. */
  public static long sequence(byte[] shard) throws ConfigFormatException {
    return Part.read(shard).sequence;
  }

  /**
   * The newest envelope that is there as a whole, in any order of its parts; what is left of others
   * is ignored.
   *
   * @throws ConfigFormatException when there is none, with what is missing or damaged
   */
  public static byte[] join(Collection<byte[]> shards) throws ConfigFormatException {
    Map<String, Set> sets = new TreeMap<>();
    for (byte[] shard : shards) {
      Part part = Part.read(shard);
      sets.computeIfAbsent(part.whole(), _ -> new Set(part)).put(part);
    }
    if (sets.isEmpty()) {
      throw new ConfigFormatException("$", "there is no part of a configuration");
    }
    List<Set> newestFirst = sets.values().stream().sorted(NEWEST_FIRST).toList();
    for (Set set : newestFirst) {
      byte[] joined = set.joined();
      if (joined != null) {
        return joined;
      }
    }
    throw new ConfigFormatException("$", newestFirst.getFirst().problem());
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Part(long sequence, int number, int parts, String digest, byte[] shard, int head) {

    static Part read(byte[] shard) throws ConfigFormatException {
      var start = new String(shard, 0, Math.min(shard.length, HEAD_BYTES), US_ASCII);
      Matcher head = HEAD.matcher(start);
      if (!head.lookingAt()) {
        throw new ConfigFormatException("$", "is not a part of a configuration");
      }
      int number = Integer.parseInt(head.group(2));
      int parts = Integer.parseInt(head.group(3));
      if (parts > MAX_SHARDS || number > parts) {
        throw new ConfigFormatException("$", "part " + number + " of " + parts + " cannot be");
      }
      long sequence = Long.parseLong(head.group(1));
      return new Part(sequence, number, parts, head.group(4), shard, head.end());
    }

    String whole() {
      return sequence + " " + parts + " " + digest;
    }
  }

  /** The parts of one envelope, as far as they are there. */
  private static final class Set {

    private final long sequence;
    private final String digest;
    private final @Nullable Part[] parts;

    Set(Part first) {
      sequence = first.sequence;
      digest = first.digest;
      parts = new @Nullable Part[first.parts];
    }

    void put(Part part) {
      parts[part.number - 1] = part;
    }

    byte @Nullable [] joined() {
      var whole = new ByteArrayOutputStream();
      for (Part part : parts) {
        if (part == null) {
          return null;
        }
        whole.write(part.shard, part.head, part.shard.length - part.head);
      }
      byte[] bytes = whole.toByteArray();
      return digest(bytes).equals(digest) ? bytes : null;
    }

    String problem() {
      String which = "the configuration with sequence " + sequence;
      for (int i = 0; i < parts.length; i++) {
        if (parts[i] == null) {
          return which
              + " is not complete: part "
              + (i + 1)
              + " of "
              + parts.length
              + " is missing";
        }
      }
      return which + " is damaged";
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
