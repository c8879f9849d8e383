package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.model.Cidr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedForTest {

  private final ForwardedFor forwarded =
      new ForwardedFor(
          new TrustedProxies(Stream.of("10.0.0.0/8", "2001:db8::/32").map(Cidr::parse).toList()));

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, '198.51.100.1', 203.0.113.9",
    "203.0.113.9, '10.0.0.2', 203.0.113.9",
    "10.0.0.1, '', 10.0.0.1",
    "10.0.0.1, '198.51.100.1', 198.51.100.1",
    "10.0.0.1, '1.1.1.1, 198.51.100.1', 198.51.100.1",
    "10.0.0.1, '1.1.1.1, 198.51.100.1, 10.0.0.2', 198.51.100.1",
    "10.0.0.1, '1.1.1.1,198.51.100.1,10.0.0.2,  10.9.9.9', 198.51.100.1",
    "10.0.0.1, '10.0.0.3, 10.0.0.2', 10.0.0.3",
    "10.0.0.1, '198.51.100.1, garbage', 10.0.0.1",
    "10.0.0.1, '198.51.100.1, garbage, 10.0.0.2', 10.0.0.2",
    "10.0.0.1, '198.51.100.1, unknown', 10.0.0.1",
    "10.0.0.1, '198.51.100.1, _hidden', 10.0.0.1",
    "10.0.0.1, ', 198.51.100.1,, ', 198.51.100.1",
    "10.0.0.1, '198.51.100.1:4711', 198.51.100.1",
    "10.0.0.1, '198.51.100.1:', 10.0.0.1",
    "10.0.0.1, '198.51.100.1:99999999', 10.0.0.1",
    "10.0.0.1, '198.51.100.1:8o', 10.0.0.1",
    "10.0.0.1, '[2001:db9::1]:4711', 2001:db9::1",
    "10.0.0.1, '[2001:db9::1]', 2001:db9::1",
    "10.0.0.1, '2001:db9::1', 2001:db9::1",
    "10.0.0.1, '2001:db9::1, [2001:db8::7]:80', 2001:db9::1",
    "10.0.0.1, '[2001:db9::1', 10.0.0.1",
    "10.0.0.1, '[198.51.100.1]:80', 10.0.0.1",
    "10.0.0.1, '::ffff:198.51.100.1', 198.51.100.1",
    "::ffff:10.0.0.1, '198.51.100.1', 198.51.100.1",
    "2001:db8::1, '198.51.100.1', 198.51.100.1"
  })
  void takesTheFirstUntrustedAddressFromTheRight(String peer, String value, String client) {
    assertEquals(client, forwarded.client(address(peer), List.of(value)).toString());
  }

  @Test
  void readsSeveralLinesAsOneList() {
    assertEquals(
        "198.51.100.1",
        forwarded
            .client(address("10.0.0.1"), List.of("1.1.1.1", "2.2.2.2, 198.51.100.1", "10.0.0.2"))
            .toString());
  }

  @Test
  void isThePeerWithoutAnyLine() {
    assertEquals("10.0.0.1", forwarded.client(address("10.0.0.1"), List.of()).toString());
  }

  private static ClientAddress address(String literal) {
    return ClientAddress.parse(literal).orElseThrow();
  }
}
