package dev.penstock.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.ResourceName;
import dev.penstock.proxy.client.ClientAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitKeyTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 64, 192.0.2.7",
    "255.255.255.255, 64, 255.255.255.255",
    "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2::",
    "2001:db8:1:2:3:4:5:6, 128, 2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2:3:4:5:6, 127, 2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2:3:4:5:ff, 124, 2001:db8:1:2:3:4:5:f0",
    "2001:db8:1:2:3:4:5:6, 48, 2001:db8:1::",
    "2001:db8:1:2:3:4:5:6, 32, 2001:db8::",
    "2001:db8:1:2:3:4:5:6, 0, ::",
    "::1, 128, ::1",
    "2001:0:0:1::1, 128, 2001:0:0:1::1",
    "2001:0:0:0:1::1, 128, 2001::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 128, 2001:db8:0:1:1:1:1:1"
  })
  void a_client_is_an_address_or_its_network(String address, int prefix, String text)
      throws UnknownHostException {
    byte[] bytes = InetAddress.getByName(address).getAddress();
    assertEquals(text, ClientAddress.of(bytes, prefix).toString());
  }

  @Test
  void an_ipv4_address_mapped_into_ipv6_is_that_ipv4_address() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 7};
    byte[] plain = {(byte) 192, 0, 2, 7};
    assertEquals(ClientAddress.of(plain, 64), ClientAddress.of(mapped, 64));
    assertTrue(ClientAddress.of(mapped, 64).isIpv4());
  }

  @Test
  void what_is_not_an_address_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> ClientAddress.of(new byte[5], 64));
  }

  @Test
  void the_text_of_a_key_names_gateway_service_and_client() {
    assertEquals("ai/default/ai/whisper-stt/192.0.2.7", Limits.key("whisper-stt", 0xc0000207) + "");
  }

  @Test
  void scopes_are_equal_by_their_names() {
    assertEquals(Limits.scope("tts"), Limits.scope("tts"));
    assertEquals(Limits.scope("tts").hashCode(), Limits.scope("tts").hashCode());
    assertEquals(Limits.scope("tts").id(), Limits.scope("tts").id());
    assertNotEquals(Limits.scope("tts"), Limits.scope("stt"));
    assertNotEquals(Limits.scope("tts").id(), Limits.scope("stt").id());
    assertEquals("ai/default/ai/tts", Limits.scope("tts").toString());
    var swapped = new LimitScope(ResourceName.parse("ai/tts"), Limits.GATEWAY);
    assertNotEquals(swapped.id(), Limits.scope("tts").id());
  }

  @Test
  void neighbouring_clients_spread_evenly_and_by_a_secret() {
    var hash = new KeyHash(new SplittableRandom(1));
    var other = new KeyHash(new SplittableRandom(2));
    var ipv4 = new int[1 << 12];
    var ipv6 = new int[1 << 12];
    int same = 0;
    for (int i = 0; i < 1 << 16; i++) {
      long low = Limits.ipv4(i).low();
      ipv4[(int) hash.of(0, low, 1) & 0xfff]++;
      ipv6[(int) (hash.of((long) i << 16, 0, 1) >>> 32) & 0xfff]++;
      same += (hash.of(0, low, 1) & 0xfff) == (other.of(0, low, 1) & 0xfff) ? 1 : 0;
    }
    for (int slot = 0; slot < 1 << 12; slot++) {
      assertTrue(ipv4[slot] < 48 && ipv6[slot] < 48, "16 are expected in each");
    }
    assertTrue(same < 64, "16 agree by chance");
  }
}
