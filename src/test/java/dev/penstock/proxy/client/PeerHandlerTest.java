package dev.penstock.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Cidr;
import dev.penstock.model.ClientIp.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerHandlerTest {

  private static final String LINE = "PROXY TCP4 198.51.100.1 192.0.2.7 4096 443\r\n";
  private static final String TRUSTED = "10.0.0.1";
  private static final String STRANGER = "203.0.113.9";

  private final List<String> seen = new ArrayList<>();
  private final MockTicker ticker = Ticker.newMockTicker();
  private EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private void connect(ProxyProtocol mode, String peer) {
    channel =
        new EmbeddedChannel(EmbeddedChannel.builder().register(false).ticker(ticker)) {
          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(peer, 4711);
          }
        };
    var trusted = new TrustedProxies(List.of(Cidr.parse("10.0.0.0/8")));
    channel.pipeline().addLast(new PeerHandler(mode, trusted, Duration.ofSeconds(5)));
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                seen.add(event.toString());
              }
            });
    try {
      channel.register();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private String received() {
    var text = new StringBuilder();
    for (ByteBuf buf = channel.readInbound(); buf != null; buf = channel.readInbound()) {
      text.append(buf.toString(StandardCharsets.US_ASCII));
      buf.release();
    }
    return text.toString();
  }

  private void knows(String address) {
    assertEquals(address, PeerHandler.peer(channel).toString());
    assertEquals(List.of("PeerKnown[address=" + address + "]"), seen, "the event comes once");
    assertNull(channel.pipeline().get(PeerHandler.class));
  }

  @ParameterizedTest
  @EnumSource(names = {"OPTIONAL", "REQUIRED"})
  void believesATrustedPeer(ProxyProtocol mode) {
    connect(mode, TRUSTED);
    assertEquals(TRUSTED, PeerHandler.peer(channel).toString());
    send(LINE + "GET / HTTP/1.1\r\n");
    knows("198.51.100.1");
    assertEquals("GET / HTTP/1.1\r\n", received());
    send("Host: a\r\n");
    assertEquals("Host: a\r\n", received());
  }

  @Test
  void putsAHeaderTogetherByteByByte() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    for (char c : (LINE + "G").toCharArray()) {
      assertEquals("", received());
      send(String.valueOf(c));
    }
    knows("198.51.100.1");
    assertEquals("G", received());
  }

  @Test
  void takesTheSocketsAddressWhereTheHeaderNamesNone() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    send("PROXY UNKNOWN\r\nGET");
    knows(TRUSTED);
    assertEquals("GET", received());
  }

  @Test
  void leavesALineToTheNextHandlerWhenDisabled() {
    connect(ProxyProtocol.DISABLED, TRUSTED);
    knows(TRUSTED);
    send(LINE);
    assertEquals(LINE, received());
  }

  @Test
  void leavesALineOfAStrangerToTheNextHandlerWhenOptional() {
    connect(ProxyProtocol.OPTIONAL, STRANGER);
    knows(STRANGER);
    send(LINE);
    assertEquals(LINE, received());
  }

  @Test
  void passesWhatIsNotAHeaderWhenOptional() {
    connect(ProxyProtocol.OPTIONAL, TRUSTED);
    send("P");
    assertEquals("", received());
    send("OST / HTTP/1.1\r\n");
    knows(TRUSTED);
    assertEquals("POST / HTTP/1.1\r\n", received());
  }

  @Test
  void closesAStrangersConnectionAtOnceWhenRequired() {
    connect(ProxyProtocol.REQUIRED, STRANGER);
    assertFalse(channel.isOpen());
    assertEquals(List.of("PeerRefused[]"), seen);
  }

  @Test
  void closesAConnectionWithoutHeaderWhenRequired() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    send("GET / HTTP/1.1\r\n\r\n");
    assertFalse(channel.isOpen());
    assertEquals("", received());
    assertEquals(List.of("PeerRefused[]"), seen);
  }

  @ParameterizedTest
  @EnumSource(names = {"OPTIONAL", "REQUIRED"})
  void closesAConnectionWithABrokenHeader(ProxyProtocol mode) {
    connect(mode, TRUSTED);
    send("PROXY TCP4 nonsense\r\nGET / HTTP/1.1\r\n\r\n");
    assertFalse(channel.isOpen());
    assertEquals("", received());
  }

  @ParameterizedTest
  @EnumSource(names = {"OPTIONAL", "REQUIRED"})
  void closesAConnectionThatTakesTooLongForItsHeader(ProxyProtocol mode) {
    connect(mode, TRUSTED);
    send("PROXY TCP4 198");
    pass(Duration.ofMillis(4_999));
    assertTrue(channel.isOpen());
    pass(Duration.ofMillis(1));
    assertFalse(channel.isOpen());
    assertEquals("", received());
  }

  @Test
  void closesASilentConnectionWhenRequired() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    pass(Duration.ofSeconds(5));
    assertFalse(channel.isOpen());
  }

  @Test
  void handsASilentConnectionOnWhenOptional() {
    connect(ProxyProtocol.OPTIONAL, TRUSTED);
    pass(Duration.ofSeconds(5));
    assertTrue(channel.isOpen());
    knows(TRUSTED);
  }

  @Test
  void forgetsTheDeadlineOnceItKnows() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    send(LINE);
    pass(Duration.ofSeconds(60));
    assertTrue(channel.isOpen());
    knows("198.51.100.1");
  }

  @Test
  void readsOneHeaderOnly() {
    connect(ProxyProtocol.REQUIRED, TRUSTED);
    send(LINE + "PROXY TCP4 192.0.2.99 192.0.2.7 4096 443\r\n");
    knows("198.51.100.1");
    assertEquals("PROXY TCP4 192.0.2.99 192.0.2.7 4096 443\r\n", received());
  }

  private void pass(Duration time) {
    ticker.advance(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }
}
