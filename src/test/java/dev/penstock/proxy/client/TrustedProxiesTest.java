package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Cidr;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0, true",
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, 9.255.255.255, false",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "10.1.2.3/8, 10.200.0.1, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, ::1, false",
    "::/0, ffff::, true",
    "::/0, 10.0.0.1, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::/65, 2001:db8::7fff:0:0:1, true",
    "2001:db8::/65, 2001:db8::8000:0:0:1, false",
    "fe80::/10, febf::1, true",
    "::1/128, ::1, true",
    "::1/128, ::2, false"
  })
  void containsTheAddressesOfItsBlocks(String block, String address, boolean expected) {
    var trusted = new TrustedProxies(List.of(Cidr.parse(block)));
    assertEquals(expected, trusted.contains(ClientAddress.parse(address).orElseThrow()));
  }

  @Test
  void trustsNobodyWithoutBlocks() {
    var trusted = new TrustedProxies(List.of());
    assertTrue(trusted.isEmpty());
    assertFalse(trusted.contains(ClientAddress.parse("127.0.0.1").orElseThrow()));
    assertFalse(trusted.contains(ClientAddress.NONE));
  }

  @Test
  void agreesWithBitByBitComparisonOnRandomBlocks() {
    var random = new Random(11);
    int inside = 0;
    for (int round = 0; round < 500; round++) {
      List<Cidr> blocks =
          Stream.generate(() -> block(random)).limit(1 + random.nextInt(20)).toList();
      var trusted = new TrustedProxies(blocks);
      for (int i = 0; i < 40; i++) {
        byte[] address = bytes(random, random.nextBoolean() ? 4 : 16);
        boolean expected = blocks.stream().anyMatch(block -> contains(block, address));
        assertEquals(expected, trusted.contains(ClientAddress.of(address)), blocks::toString);
        inside += expected ? 1 : 0;
      }
    }
    assertTrue(inside > 1_000, "only " + inside + " were inside");
  }

  private static Cidr block(Random random) {
    byte[] bytes = bytes(random, random.nextBoolean() ? 4 : 16);
    return new Cidr(text(bytes), random.nextInt(bytes.length * 8 + 1));
  }

  /** Few different bytes, so that blocks and addresses meet; never an IPv4-mapped address. */
  private static byte[] bytes(Random random, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 ? 0x80 : random.nextInt(2));
    }
    bytes[0] |= 1;
    return bytes;
  }

  private static String text(byte[] bytes) {
    return ClientAddress.of(bytes).toString();
  }

  private static boolean contains(Cidr block, byte[] address) {
    if (block.bytes().length != address.length) {
      return false;
    }
    int shift = address.length * 8 - block.prefixLength();
    return new BigInteger(1, block.bytes())
        .shiftRight(shift)
        .equals(new BigInteger(1, address).shiftRight(shift));
  }
}
