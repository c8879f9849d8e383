package dev.penstock.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 4, 8",
    "0.0.0.0/0, 4, 0",
    "192.0.2.1, 4, 32",
    "2001:db8::/32, 16, 32",
    "::1, 16, 128"
  })
  void readsBlocksAndSingleAddresses(String text, int bytes, int prefixLength) {
    Cidr block = Cidr.parse(text);
    assertEquals(bytes, block.bytes().length);
    assertEquals(prefixLength, block.prefixLength());
    assertEquals(block, Cidr.parse(block.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "::/129",
        "10.0.0/8",
        "10",
        "256.0.0.0/8",
        "example.com",
        "example.com/8",
        "localhost",
        "fe80::1%eth0/64",
        "10.0.0.0/8/8",
        "1::2::3"
      })
  void refusesEverythingElseWithoutAskingDns(String text) {
    assertThrows(InvalidValueException.class, () -> Cidr.parse(text));
  }
}
