package dev.penstock.proxy.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.control.ControlCodec;
import dev.penstock.control.ControlPort;
import dev.penstock.control.ProxyReport;
import dev.penstock.control.PushAnswer;
import dev.penstock.ops.page.Page;
import dev.penstock.ops.page.PageServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Serves {@code PUT /config} and {@code GET /report} over TLS 1.3 to whoever has the token. A body
 * is read only after that, and never more of it than an envelope may have.
 */
public final class ControlServer implements AutoCloseable {

  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final int MAX_BODY = EnvelopeCodec.MAX_BYTES;

  private final ControlCodec codec = new ControlCodec();
  private final ControlKeys keys;
  private final ConfigDesk desk;
  private final Supplier<ProxyReport> report;
  private final PageServer server;

  private ControlServer(
      InetSocketAddress address, ControlKeys keys, ConfigDesk desk, Supplier<ProxyReport> report)
      throws IOException {
    this.keys = keys;
    this.desk = desk;
    this.report = report;
    this.server =
        PageServer.start(address, "control", Optional.of(configurator(keys)), this::answer);
  }

  /**
   * Starts to serve; while {@code keys} has no certificate, no handshake succeeds.
   *
   * @param address port 0 takes a free one
   * @throws IOException when the address cannot be bound
   */
  public static ControlServer start(
      InetSocketAddress address, ControlKeys keys, ConfigDesk desk, Supplier<ProxyReport> report)
      throws IOException {
    return new ControlServer(address, keys, desk, report);
  }

  /** Where it listens, with the port that was taken. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Ends at once; open connections are closed. */
  @Override
  public void close() {
    server.close();
  }

  private static HttpsConfigurator configurator(ControlKeys keys) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {keys.manager()}, null, null);
      return new HttpsConfigurator(context) {
        @Override
        public void configure(HttpsParameters parameters) {
          SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
          ssl.setProtocols(PROTOCOLS);
          parameters.setSSLParameters(ssl);
        }
      };
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has TLS
    }
  }

  private Page answer(HttpExchange exchange) throws IOException {
    if (!keys.permits(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
      return closing(exchange, Page.text(401, "the token is missing or not accepted\n"));
    }
    var path = Objects.requireNonNullElse(exchange.getRequestURI().getRawPath(), "");
    return switch (path) {
      case ControlPort.CONFIG_PATH ->
          allowed(exchange, "PUT") ? push(exchange) : wrongMethod(exchange, "PUT");
      case ControlPort.REPORT_PATH ->
          allowed(exchange, "GET")
              ? Page.json(200, codec.encode(report.get()))
              : wrongMethod(exchange, "GET");
      default -> closing(exchange, problem(404, "PUT /config and GET /report are all there is"));
    };
  }

  private Page push(HttpExchange exchange) throws IOException {
    if (declared(exchange) > MAX_BODY) {
      return closing(exchange, tooLarge());
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      return closing(exchange, tooLarge());
    }
    PushOutcome outcome = desk.push(body);
    return switch (outcome) {
      case PushOutcome.Runs runs -> page(200, List.of());
      case PushOutcome.Outdated outdated -> page(409, List.of(outdated.problem()));
      case PushOutcome.Refused refused -> page(422, refused.problems());
    };
  }

  private Page page(int status, List<String> problems) {
    return Page.json(status, codec.encode(new PushAnswer(desk.sequence(), problems)));
  }

  /** The declared length; 0 where there is none. */
  private static long declared(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    return length == null ? 0 : Long.parseLong(length); // the JDK's server has parsed it before
  }

  private static boolean allowed(HttpExchange exchange, String method) {
    return exchange.getRequestMethod().equals(method);
  }

  private Page wrongMethod(HttpExchange exchange, String method) {
    exchange.getResponseHeaders().set("Allow", method);
    return closing(exchange, problem(405, "only " + method));
  }

  private Page tooLarge() {
    return problem(413, "a configuration has at most " + MAX_BODY + " bytes");
  }

  private Page problem(int status, String problem) {
    return page(status, List.of(problem));
  }

  /** What is left of the request is not worth reading. */
  private static Page closing(HttpExchange exchange, Page page) {
    exchange.getResponseHeaders().set("Connection", "close");
    return page;
  }
}
