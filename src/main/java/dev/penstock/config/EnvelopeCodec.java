package dev.penstock.config;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * Writes an envelope as gzip JSON and reads it back: the document of {@link ConfigCodec} with a
 * {@code sequence}. The same envelope always gives the same bytes.
 *
 * <p>Both sides are bounded, so that neither a mistake nor a bomb takes a proxy's memory.
 */
public final class EnvelopeCodec {

  /** The most that is sent, compressed: what {@link Shards} can hold. */
  public static final int MAX_BYTES = Shards.MAX_SHARDS * Shards.MAX_PAYLOAD;

  /** The most JSON that is read. 5,000 services take about 4 MB. */
  public static final int MAX_JSON_BYTES = 64 << 20;

  private static final int BUFFER = 8192;

  private final ConfigCodec codec = new ConfigCodec();

  /**
   * Gzip JSON with its secrets, of at most {@link #MAX_BYTES}.
   *
   * @throws ConfigTooLargeException when no proxy would read it
   */
  public byte[] encode(Envelope envelope) throws ConfigTooLargeException {
    var packed = new ByteArrayOutputStream();
    long json;
    try (var counted = new CountingStream(new GZIPOutputStream(packed, BUFFER))) {
      codec.write(envelope, counted);
      json = counted.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory always writes
    }
    if (json > MAX_JSON_BYTES || packed.size() > MAX_BYTES) {
      throw new ConfigTooLargeException(
          "the configuration takes %,d bytes, compressed %,d; the most is %,d, compressed %,d"
              .formatted(json, packed.size(), MAX_JSON_BYTES, MAX_BYTES));
    }
    return packed.toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote, here or in a newer version.
   *
   * @throws ConfigFormatException for what is not such a document; the message quotes nothing of it
   */
  public Envelope decode(byte[] packed) throws ConfigFormatException {
    JsonField root = codec.open(unpack(packed));
    return root.as(
        json ->
            new Envelope(
                json.required("sequence", JsonField::whole),
                json.required("gateway", ConfigReader::gateway)));
  }

  private static byte[] unpack(byte[] packed) throws ConfigFormatException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed), BUFFER)) {
      byte[] json = in.readNBytes(MAX_JSON_BYTES + 1);
      if (json.length > MAX_JSON_BYTES) {
        throw new ConfigFormatException("$", "unpacks to more than " + MAX_JSON_BYTES + " bytes");
      }
      return json;
    } catch (ZipException e) {
      throw new ConfigFormatException("$", "is not gzip, or damaged: " + e.getMessage());
    } catch (EOFException e) {
      throw new ConfigFormatException("$", "is cut off");
    } catch (IOException e) {
      throw new ConfigFormatException("$", "cannot be unpacked: " + e.getMessage());
    }
  }
}
