package dev.penstock.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {

  private static final int PAYLOAD = Shards.MAX_PAYLOAD;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 3 * PAYLOAD, 16 * PAYLOAD})
  void whatWasSplitIsJoinedInAnyOrder(int size) throws Exception {
    byte[] whole = noise(size);
    List<byte[]> shards = new ArrayList<>(Shards.split(7, whole));
    Collections.shuffle(shards, new Random(size));
    assertArrayEquals(whole, Shards.join(shards));
    for (byte[] shard : shards) {
      assertTrue(shard.length <= Shards.MAX_SHARD_BYTES, shard.length + " bytes");
      assertEquals(7, Shards.sequence(shard));
    }
  }

  @Test
  void thereAreNeverMoreThanSixteen() {
    byte[] whole = noise(16 * PAYLOAD + 1);
    assertThrows(IllegalArgumentException.class, () -> Shards.split(7, whole));
  }

  @Test
  void leftoversOfALongerOneAreIgnored() throws Exception {
    List<byte[]> older = Shards.split(6, noise(3 * PAYLOAD));
    byte[] whole = noise(PAYLOAD + 1);
    List<byte[]> mount = new ArrayList<>(Shards.split(7, whole));
    mount.add(older.get(2));
    assertArrayEquals(whole, Shards.join(mount));
  }

  @Test
  void ofTwoWholeOnesTheNewerCounts() throws Exception {
    List<byte[]> mount = new ArrayList<>(Shards.split(10, noise(10)));
    mount.addAll(Shards.split(9, noise(9)));
    assertArrayEquals(noise(10), Shards.join(mount));
  }

  @Test
  void partsOfTwoAreNotMixed() {
    List<byte[]> older = Shards.split(6, noise(2 * PAYLOAD));
    List<byte[]> newer = Shards.split(7, noise(2 * PAYLOAD - 1));
    assertEquals(
        "$: the configuration with sequence 7 is not complete: part 1 of 2 is missing",
        refusal(List.of(older.get(0), newer.get(1))));
  }

  @Test
  void aDamagedOneIsRefused() {
    byte[] shard = Shards.split(7, noise(100)).getFirst();
    shard[shard.length - 1] ^= 1;
    assertEquals("$: the configuration with sequence 7 is damaged", refusal(List.of(shard)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "penstock-config",
        "penstock-config 0 1/1 DIGEST\n",
        "penstock-config 7 1/1 short\n",
        "penstock-config 7 2/1 DIGEST\n",
        "penstock-config 7 1/17 DIGEST\n",
        "penstock-config 99999999999999999999 1/1 DIGEST\n",
        "penstock-config 7 1/1 DIGEST",
      })
  void whatIsNoPartIsRefused(String text) {
    refusal(List.of(text.replace("DIGEST", "0".repeat(64)).getBytes(US_ASCII)));
  }

  @Test
  void nothingIsRefused() {
    assertEquals("$: there is no part of a configuration", refusal(List.of()));
  }

  private static String refusal(List<byte[]> shards) {
    return assertThrows(ConfigFormatException.class, () -> Shards.join(shards)).getMessage();
  }

  private static byte[] noise(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
