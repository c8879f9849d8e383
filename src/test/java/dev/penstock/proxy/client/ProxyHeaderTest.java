package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String IPV4 = "c6336401 c0000207 1000 01bb";

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 198.51.100.1 192.0.2.7 4096 443, 198.51.100.1",
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255",
    "PROXY TCP4 198.51.100.1 192.0.2.7 0 0, 198.51.100.1",
    "PROXY TCP6 2001:db8::1 ::1 4096 443, 2001:db8::1",
    "PROXY TCP6 ::ffff:198.51.100.1 ::1 4096 443, 198.51.100.1",
    "PROXY UNKNOWN, ''",
    "PROXY UNKNOWN ffff:f...f:ffff whatever 1 x, ''"
  })
  void readsALine(String line, String source) {
    var header = present(ascii(line + "\r\nGET / HTTP/1.1\r\n"));
    assertEquals(line.length() + 2, header.length());
    assertEquals(source, header.source().map(ClientAddress::toString).orElse(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 198.51.100.1 192.0.2.7 4096 443\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 4096\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 4096 443 \r\n",
        "PROXY TCP4  198.51.100.1 192.0.2.7 4096 443\r\n",
        "PROXY TCP4 198.51.100.1\t192.0.2.7 4096 443\r\n",
        "PROXY TCP4 198.51.100.256 192.0.2.7 4096 443\r\n",
        "PROXY TCP4 localhost 192.0.2.7 4096 443\r\n",
        "PROXY TCP4 2001:db8::1 ::1 4096 443\r\n",
        "PROXY TCP6 198.51.100.1 192.0.2.7 4096 443\r\n",
        "PROXY TCP6 [::1] ::1 4096 443\r\n",
        "PROXY TCP4 198.51.100.1 x 4096 443\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 65536 443\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 04096 443\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 -1 443\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 +1 443\r\n",
        "PROXY TCP4 198.51.100.1 192.0.2.7 4096 443\r\r\n",
        "PROXY UDP4 198.51.100.1 192.0.2.7 4096 443\r\n",
        "PROXY tcp4 198.51.100.1 192.0.2.7 4096 443\r\n",
        "PROXY \r\n",
        "PROXY \n"
      })
  void refusesABrokenLine(String line) {
    assertInstanceOf(ProxyHeader.Malformed.class, parse(ascii(line)));
  }

  @Test
  void boundsTheLine() {
    String longest = "PROXY UNKNOWN " + "x".repeat(107 - 14 - 2) + "\r\n";
    assertEquals(107, present(ascii(longest)).length());
    String longer = "PROXY UNKNOWN " + "x".repeat(107 - 14 - 1) + "\r\n";
    assertInstanceOf(ProxyHeader.Malformed.class, parse(ascii(longer)));
    assertInstanceOf(ProxyHeader.Malformed.class, parse(ascii("PROXY UNKNOWN " + "x".repeat(93))));
  }

  @Test
  void waitsForTheRestWhereverAHeaderIsCut() {
    waitsForTheRest(ascii("PROXY TCP4 198.51.100.1 192.0.2.7 4096 443\r\n"));
    waitsForTheRest(hex(SIGNATURE + "21 11 000c" + IPV4));
    waitsForTheRest(hex(SIGNATURE + "20 00 0000"));
  }

  private static void waitsForTheRest(ByteBuf whole) {
    for (int size = 0; size < whole.readableBytes(); size++) {
      assertInstanceOf(ProxyHeader.Incomplete.class, parse(whole.slice(0, size)), "at " + size);
    }
    assertEquals(whole.readableBytes(), present(whole).length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXX",
        "PROXY\tTCP4",
        "proxy TCP4",
        "P ",
        "\r\n\r\nX",
        "\u0016\u0003"
      })
  void knowsWhatIsNotAHeader(String start) {
    assertInstanceOf(ProxyHeader.Absent.class, parse(ascii(start)));
  }

  @ParameterizedTest
  @CsvSource({
    "21 11 000c c6336401c0000207100001bb, 198.51.100.1",
    "21 12 000c c6336401c0000207100001bb, 198.51.100.1",
    "21 11 0012 c6336401c0000207100001bb 04 0003 000000, 198.51.100.1",
    "21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 100001bb, 2001:db8::1",
    "21 21 0024 00000000000000000000ffffc6336401 00000000000000000000000000000001 100001bb, 198.51.100.1",
    "20 00 0000, ''",
    "20 11 000c c6336401c0000207100001bb, ''",
    "20 ff 0003 ffffff, ''",
    "21 00 0000, ''",
    "21 00 0003 ffffff, ''"
  })
  void readsABinaryHeader(String rest, String source) {
    ByteBuf bytes = hex(SIGNATURE + rest);
    int length = bytes.readableBytes();
    var header = present(bytes.writeBytes(ascii("GET /")));
    assertEquals(length, header.length());
    assertEquals(source, header.source().map(ClientAddress::toString).orElse(""));
  }

  @Test
  void knowsNoAddressOfAUnixSocket() {
    var header = present(hex(SIGNATURE + "21 31 00d8" + "61".repeat(216)));
    assertEquals(Optional.empty(), header.source());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 11 000c c6336401c0000207100001bb",
        "31 11 000c c6336401c0000207100001bb",
        "22 11 000c c6336401c0000207100001bb",
        "21 41 000c c6336401c0000207100001bb",
        "21 13 000c c6336401c0000207100001bb",
        "21 11 000b c6336401c00002071000 01",
        "21 21 000c c6336401c0000207100001bb",
        "21 11 000d c6336401c0000207100001bb 04",
        "21 11 000f c6336401c0000207100001bb 04 0001",
        "21 11 0010 c6336401c0000207100001bb 04 ffff 00",
        "21 11 0013 c6336401c0000207100001bb 03 0004 00000000",
        "21 11 0011 c6336401c0000207100001bb 03 0002 0000",
        "21 11 ffff"
      })
  void refusesABrokenBinaryHeader(String rest) {
    assertInstanceOf(ProxyHeader.Malformed.class, parse(hex(SIGNATURE + rest)));
  }

  @Test
  void believesARightChecksumAndNoOther() {
    ByteBuf bytes = hex(SIGNATURE + "21 11 0016" + IPV4 + "03 0004 00000000" + "04 0000");
    var crc = new CRC32C();
    crc.update(bytes.nioBuffer());
    bytes.setInt(31, (int) crc.getValue());
    assertEquals("198.51.100.1", present(bytes).source().orElseThrow().toString());
    for (int i = 16; i < bytes.readableBytes(); i++) {
      if (i == 28) {
        continue; // The type: without it there is no checksum.
      }
      ByteBuf broken = bytes.copy();
      broken.setByte(i, broken.getByte(i) ^ 0x10);
      assertInstanceOf(ProxyHeader.Malformed.class, parse(broken), "byte " + i);
    }
  }

  @Test
  void readsWhatAnotherImplementationWrites() {
    for (var version : HAProxyProtocolVersion.values()) {
      ByteBuf bytes = encoded(version, HAProxyProxiedProtocol.TCP4, "198.51.100.1", "192.0.2.7");
      assertEquals("198.51.100.1", present(bytes).source().orElseThrow().toString());
      assertEquals(bytes.readableBytes(), present(bytes).length());
      bytes.release();
      ByteBuf six = encoded(version, HAProxyProxiedProtocol.TCP6, "2001:db8::1", "::1");
      assertEquals("2001:db8::1", present(six).source().orElseThrow().toString());
      six.release();
    }
  }

  private static ByteBuf encoded(
      HAProxyProtocolVersion version, HAProxyProxiedProtocol protocol, String from, String to) {
    var channel = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
    List<HAProxyTLV> tlvs =
        version == HAProxyProtocolVersion.V1
            ? List.of()
            : List.of(new HAProxyTLV((byte) 0x02, ascii("ai.example.com")));
    channel.writeOutbound(
        new HAProxyMessage(version, HAProxyCommand.PROXY, protocol, from, to, 4096, 443, tlvs));
    ByteBuf bytes = channel.readOutbound();
    channel.finishAndReleaseAll();
    return bytes;
  }

  private static ProxyHeader parse(ByteBuf bytes) {
    int before = bytes.readerIndex();
    ProxyHeader header = ProxyHeaderParser.parse(bytes);
    assertEquals(before, bytes.readerIndex());
    return header;
  }

  private static ProxyHeader.Present present(ByteBuf bytes) {
    return assertInstanceOf(ProxyHeader.Present.class, parse(bytes));
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  private static ByteBuf hex(String digits) {
    return Unpooled.buffer().writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
  }
}
