package dev.penstock.operator.delivery;

import dev.penstock.control.ControlCodec;
import dev.penstock.control.ControlPort;
import dev.penstock.control.ProxyReport;
import dev.penstock.control.PushAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks with the control ports of one gateway's proxies.
 *
 * <p>It connects to addresses, but asks for {@link ControlPort#SERVER_NAME} in its hello and has
 * the JDK verify that name: where a client sets a server name itself, the HTTP client leaves it
 * where the URI holds an address, and the JDK's trust manager verifies the server name before it
 * would look at the address. The only authorities trusted are those of the gateway.
 */
final class ControlClient implements AutoCloseable {

  private static final int MAX_ANSWER = 4 << 20;

  private final ControlCodec codec = new ControlCodec();
  private final Duration timeout;
  private final HttpClient client;

  /**
   * Prepares; connects to nobody yet.
   *
   * @throws IllegalArgumentException when the authority cannot be read
   */
  ControlClient(String authorityPem, Duration connectTimeout, Duration timeout) {
    this.timeout = timeout;
    var parameters = new SSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(ControlPort.SERVER_NAME)));
    parameters.setProtocols(new String[] {"TLSv1.3"});
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(connectTimeout)
            .sslContext(trusting(authorityPem))
            .sslParameters(parameters)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** The token is not, or no longer, the proxy's. */
  static final class TokenRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    TokenRefusedException() {
      super("it does not accept the token (401)");
    }
  }

  /**
   * Offers a configuration.
   *
   * @throws IOException when it was not answered, or not as a proxy does
   */
  Push push(InetSocketAddress pod, Parcel parcel, String token)
      throws IOException, InterruptedException {
    var request =
        request(pod, ControlPort.CONFIG_PATH, token)
            .PUT(BodyPublishers.ofByteArray(parcel.packed()))
            .header("Content-Type", "application/gzip")
            .build();
    HttpResponse<byte[]> response = send(request);
    long sequence = parcel.sequence();
    int status = response.statusCode();
    if (status != 200 && status != 409 && status != 422) {
      throw unexpected(status);
    }
    PushAnswer answer = codec.answer(response.body());
    return switch (status) {
      case 200 -> acknowledged(sequence, answer);
      case 409 ->
          new Push.Outdated(sequence, answer.running(), String.join("; ", answer.problems()));
      default -> new Push.Refused(sequence, answer.running(), answer.problems());
    };
  }

  /** A newer one may have come by the mount meanwhile; then this one does not run. */
  private static Push acknowledged(long sequence, PushAnswer answer) {
    return answer.running() == sequence
        ? new Push.Acknowledged(sequence)
        : new Push.Outdated(sequence, answer.running(), "a newer one runs");
  }

  /**
   * Asks how it does.
   *
   * @throws IOException when it was not answered, or not as a proxy does
   */
  ProxyReport report(InetSocketAddress pod, String token) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(request(pod, ControlPort.REPORT_PATH, token).build());
    if (response.statusCode() != 200) {
      throw unexpected(response.statusCode());
    }
    return codec.report(response.body());
  }

  /** Requests under way are broken off. */
  @Override
  public void close() {
    client.shutdownNow();
  }

  private HttpRequest.Builder request(InetSocketAddress pod, String path, String token) {
    String host = pod.getAddress().getHostAddress();
    String authority = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + pod.getPort();
    return HttpRequest.newBuilder(URI.create("https://" + authority + path))
        .header("Authorization", "Bearer " + token)
        .timeout(timeout);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER));
  }

  private static IOException unexpected(int status) {
    return status == 401
        ? new TokenRefusedException()
        : new IOException("it answers with status " + status);
  }

  private static SSLContext trusting(String authorityPem) {
    try {
      var authorities = KeyStore.getInstance("JKS");
      authorities.load(null, null);
      var pem = new ByteArrayInputStream(authorityPem.getBytes(StandardCharsets.UTF_8));
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        authorities.setCertificateEntry("authority-" + authorities.size(), each);
      }
      if (authorities.size() == 0) {
        throw new IllegalArgumentException("there is no control authority in PEM");
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("the control authority cannot be read: " + e, e);
    }
  }
}
