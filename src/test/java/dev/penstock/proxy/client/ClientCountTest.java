package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCountTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final ClientCount count = new ClientCount(Duration.ofMinutes(5), 0);

  @Test
  void nobodyIsNobody() {
    assertEquals(new ClientCount.Seen(0, 0, Duration.ZERO), count.read(0));
  }

  @Test
  void oneClientIsOneHoweverOftenItAsks() {
    for (int i = 0; i < 1000; i++) {
      count.seen(ipv4(7));
    }
    assertEquals(new ClientCount.Seen(1000, 1, Duration.ofMinutes(1)), count.read(MINUTE));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100, 1000, 5000})
  void manyAreCountedToAFewPercent(int clients) {
    for (int i = 0; i < clients; i++) {
      count.seen(ipv4(i));
      count.seen(ipv4(i));
    }
    long distinct = count.read(1).distinct();
    assertTrue(
        Math.abs(distinct - clients) <= Math.max(1, clients * 0.06), distinct + " for " + clients);
  }

  @Test
  void networksOfIpv6AreApart() {
    for (int i = 0; i < 100; i++) {
      count.seen(new ClientAddress(0x2001_0db8_0000_0000L | i, 0));
    }
    assertEquals(100.0, (double) count.read(1).distinct(), 6.0);
  }

  @Test
  void moreThanCanBeToldApartAreVeryMany() {
    for (int i = 0; i < 200_000; i++) {
      count.seen(ipv4(i));
    }
    assertTrue(count.read(1).distinct() > 30_000);
  }

  @Test
  void whatIsTwoWindowsAgoIsForgotten() {
    count.seen(ipv4(1));
    assertEquals(1, count.read(6 * MINUTE).distinct(), "the window before counts");
    count.seen(ipv4(2));
    assertEquals(2, count.read(7 * MINUTE).distinct());
    assertEquals(1, count.read(12 * MINUTE).distinct());
    assertEquals(new ClientCount.Seen(0, 0, Duration.ofMinutes(6)), count.read(18 * MINUTE));
  }

  private static ClientAddress ipv4(int number) {
    return ClientAddress.of(
        new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
  }
}
