package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
    "::ffff:192.0.2.7, 192.0.2.7",
    "::FFFF:c000:207, 192.0.2.7",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "::1, ::1",
    "::, ::",
    "::192.0.2.7, ::c000:207"
  })
  void hasOneTextForEveryAddress(String literal, String text) {
    ClientAddress address = ClientAddress.parse(literal).orElseThrow();
    assertEquals(text, address.toString());
    assertEquals(Optional.of(address), ClientAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.4 ",
        "1.2.3.4:80",
        "0x7f.0.0.1",
        "127.1",
        "[::1]",
        "fe80::1%eth0",
        "1::2::3",
        "::g",
        "1:2:3:4:5:6:7:8:9",
        "unknown",
        "_hidden"
      })
  void refusesWhatIsNotAnAddress(String literal) {
    assertEquals(Optional.empty(), ClientAddress.parse(literal));
  }

  @Test
  void countsIpv6ByItsBlockAndIpv4ByItself() {
    assertEquals(identity("2001:db8:1:2:3:4:5:6", 64), identity("2001:db8:1:2:ffff::", 64));
    assertEquals("2001:db8:1:2::", identity("2001:db8:1:2:3:4:5:6", 64).toString());
    assertEquals("2001:db8:1::", identity("2001:db8:1:2:3:4:5:6", 48).toString());
    assertEquals("2001:db8::", identity("2001:db8:ffff::1", 32).toString());
    assertEquals("2001:db8:0:0:4::", identity("2001:db8::4:3:0:1", 80).toString());
    assertEquals("2001:db8::1", identity("2001:db8::1", 128).toString());
    assertEquals("192.0.2.7", identity("192.0.2.7", 64).toString());
    assertEquals("192.0.2.7", identity("::ffff:192.0.2.7", 32).toString());
  }

  private static ClientAddress identity(String literal, int bits) {
    return ClientAddress.parse(literal).orElseThrow().identity(bits);
  }

  @Test
  void throwsAtNoText() {
    var random = new Random(5);
    String alphabet = "0123:::..fF[]%a ";
    int read = 0;
    for (int round = 0; round < 200_000; round++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Optional<ClientAddress> address = ClientAddress.parse(text.toString());
      assertEquals(address, address.map(ClientAddress::toString).flatMap(ClientAddress::parse));
      read += address.isPresent() ? 1 : 0;
    }
    assertTrue(read > 100, "only " + read + " were addresses");
  }

  @Test
  void readsTheAddressOfASocket() {
    var socket = new InetSocketAddress("192.0.2.7", 80);
    assertEquals("192.0.2.7", ClientAddress.of(socket).toString());
    assertTrue(ClientAddress.of(socket).isIpv4());
    assertFalse(ClientAddress.of(new InetSocketAddress("2001:db8::1", 80)).isIpv4());
    assertEquals(ClientAddress.NONE, ClientAddress.of(new LocalAddress("x")));
    assertEquals(
        ClientAddress.NONE, ClientAddress.of(InetSocketAddress.createUnresolved("a.example", 1)));
  }

  @Test
  void refusesBytesThatAreNoAddress() {
    assertThrows(IllegalArgumentException.class, () -> ClientAddress.of(new byte[5]));
  }
}
