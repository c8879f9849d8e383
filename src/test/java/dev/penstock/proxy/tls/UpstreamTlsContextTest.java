package dev.penstock.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Tls;
import dev.penstock.model.Upstream.UpstreamTls;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UpstreamTlsContextTest {

  private static final EventLoopGroup GROUP =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  private static final Issued CA = TestCertificates.newAuthority();
  private static final Issued OTHER_CA = TestCertificates.newAuthority();

  static Stream<SslProvider> libraries() {
    return ServerTlsTest.libraries();
  }

  @AfterAll
  static void stop() {
    GROUP.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** The outcome of a handshake with a backend that has {@code certificates}. */
  private static Optional<Throwable> shakeHands(
      SslProvider library, UpstreamTls upstream, Issued... certificates) throws Exception {
    var list =
        Stream.of(certificates).map(c -> c.as(c.certificate().getSerialNumber() + "")).toList();
    ServerTls backend =
        ServerTls.compile(
            new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, list),
            List.of("http/1.1"),
            Instant.now(),
            Optional.empty());
    try (var running = new TlsSwitch(backend, Duration.ofSeconds(10));
        var server = new TlsServer(running);
        var context = UpstreamTlsContext.compile(library, "ai/llm", upstream)) {
      return shakeHands(context, server.port());
    }
  }

  private static Optional<Throwable> shakeHands(UpstreamTlsContext context, int port)
      throws Exception {
    var outcome = new Outcome();
    Channel channel =
        new Bootstrap()
            .group(GROUP)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel ch) {
                    ch.pipeline()
                        .addLast(context.newHandler(ch.alloc(), port, Duration.ofSeconds(10)))
                        .addLast(outcome);
                  }
                })
            .connect("127.0.0.1", port)
            .sync()
            .channel();
    var handshake = outcome.handshake.get(20, TimeUnit.SECONDS);
    channel.close().sync();
    return Optional.ofNullable(handshake.cause());
  }

  private static UpstreamTls trusting(String name, Issued... authorities) {
    String pem = String.join("", Stream.of(authorities).map(Issued::chainPem).toList());
    return new UpstreamTls(name, authorities.length == 0 ? Optional.empty() : Optional.of(pem));
  }

  private static void refused(Optional<Throwable> outcome) {
    assertInstanceOf(SSLException.class, outcome.orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void trustsTheGivenAuthorities(SslProvider library) throws Exception {
    Issued backend = TestCertificates.named("llm.example").issuedBy(CA).issue();
    assertEquals(Optional.empty(), shakeHands(library, trusting("llm.example", CA), backend));
    assertEquals(
        Optional.empty(), shakeHands(library, trusting("llm.example", OTHER_CA, CA), backend));
    refused(shakeHands(library, trusting("llm.example", OTHER_CA), backend));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void trustsOnlyTheKnownAuthoritiesWithoutAnyGiven(SslProvider library) throws Exception {
    Issued backend = TestCertificates.named("llm.example").issuedBy(CA).issue();
    refused(shakeHands(library, trusting("llm.example"), backend));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void verifiesTheNameOfTheBackend(SslProvider library) throws Exception {
    Issued backend = TestCertificates.named("llm.example").issuedBy(CA).issue();
    refused(shakeHands(library, trusting("other.example", CA), backend));
    refused(shakeHands(library, trusting("127.0.0.1", CA), backend));
    Issued address = TestCertificates.named("127.0.0.1").issuedBy(CA).issue();
    assertEquals(Optional.empty(), shakeHands(library, trusting("127.0.0.1", CA), address));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void sendsTheServerName(SslProvider library) throws Exception {
    Issued first = TestCertificates.named("first.example").issuedBy(CA).issue();
    Issued second = TestCertificates.named("second.example").issuedBy(CA).issue();
    assertEquals(
        Optional.empty(), shakeHands(library, trusting("second.example", CA), first, second));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void refusesAnExpiredBackend(SslProvider library) throws Exception {
    Instant now = Instant.now();
    Issued expired =
        TestCertificates.named("llm.example")
            .issuedBy(CA)
            .valid(now.minusSeconds(7_200), now.minusSeconds(60))
            .issue();
    var tls = new Tls(Tls.Mode.TERMINATE, Tls.Version.TLS_1_2, List.of(expired.as("x")));
    ServerTls backend =
        ServerTls.compile(tls, List.of("http/1.1"), now.minusSeconds(3_600), Optional.empty());
    try (var running = new TlsSwitch(backend, Duration.ofSeconds(10));
        var server = new TlsServer(running);
        var context = UpstreamTlsContext.compile(library, "x", trusting("llm.example", CA))) {
      refused(shakeHands(context, server.port()));
    }
  }

  @Test
  void refusesAuthoritiesThatCannotBeRead() {
    String half = CA.chainPem().substring(0, 200);
    var problem =
        assertThrows(
            TlsProblem.class,
            () -> UpstreamTlsContext.compile("ai/llm", new UpstreamTls("x", Optional.of(half))));
    assertTrue(problem.getMessage().startsWith("ai/llm: the PEM block 'CERTIFICATE' has no end"));
  }

  private static final class Outcome extends ChannelInboundHandlerAdapter {

    private final CompletableFuture<SslHandshakeCompletionEvent> handshake =
        new CompletableFuture<>();

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent completion) {
        handshake.complete(completion);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}
