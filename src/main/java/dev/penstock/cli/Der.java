package dev.penstock.cli;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/** Writes values in the distinguished encoding of ASN.1 (X.690), as far as a certificate needs. */
final class Der {

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONTEXT_CONSTRUCTED = 0xa0;

  private static final Instant YEAR_2050 = Instant.parse("2050-01-01T00:00:00Z");
  private static final DateTimeFormatter YEAR_IN_TWO =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter YEAR_IN_FOUR =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... items) {
    return value(SEQUENCE, joined(Arrays.asList(items)));
  }

  static byte[] sequence(List<byte[]> items) {
    return value(SEQUENCE, joined(items));
  }

  static byte[] set(byte[] item) {
    return value(SET, item);
  }

  static byte[] integer(BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  static byte[] isTrue() {
    return value(BOOLEAN, new byte[] {(byte) 0xff});
  }

  static byte[] utf8(String text) {
    return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] octets(byte[] content) {
    return value(OCTET_STRING, content);
  }

  /**
   * @param unused bits at the end of the last byte
   */
  static byte[] bits(int unused, byte[] content) {
    return value(BIT_STRING, joined(List.of(new byte[] {(byte) unused}, content)));
  }

  /** Tagged in place of the value's own tag: {@code [number] IMPLICIT}, of a simple type. */
  static byte[] implicit(int number, byte[] content) {
    return value(CONTEXT | number, content);
  }

  /** Tagged around the value: {@code [number] EXPLICIT}. */
  static byte[] explicit(int number, byte[] item) {
    return value(CONTEXT_CONSTRUCTED | number, item);
  }

  /** RFC 5280, section 4.1.2.5: years to 2049 have two digits. */
  static byte[] time(Instant instant) {
    boolean two = instant.isBefore(YEAR_2050);
    String text = (two ? YEAR_IN_TWO : YEAR_IN_FOUR).format(instant);
    return value(two ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier from its dotted form. */
  static byte[] oid(String dotted) {
    int[] arcs = Arrays.stream(dotted.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    var content = new ByteArrayOutputStream();
    base128(content, arcs[0] * 40 + arcs[1]);
    for (int i = 2; i < arcs.length; i++) {
      base128(content, arcs[i]);
    }
    return value(OBJECT_IDENTIFIER, content.toByteArray());
  }

  private static void base128(ByteArrayOutputStream out, int arc) {
    int groups = Math.max(1, Math.ceilDiv(Integer.SIZE - Integer.numberOfLeadingZeros(arc), 7));
    for (int i = groups - 1; i >= 0; i--) {
      int group = (arc >>> (7 * i)) & 0x7f;
      out.write(i == 0 ? group : group | 0x80);
    }
  }

  private static byte[] value(int tag, byte[] content) {
    var out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    length(out, content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void length(ByteArrayOutputStream out, int length) {
    if (length < 0x80) {
      out.write(length);
      return;
    }
    int bytes = Math.ceilDiv(Integer.SIZE - Integer.numberOfLeadingZeros(length), 8);
    out.write(0x80 | bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      out.write(length >>> (8 * i));
    }
  }

  private static byte[] joined(List<byte[]> parts) {
    var out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }
}
