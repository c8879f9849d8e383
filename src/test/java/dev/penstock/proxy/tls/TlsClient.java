package dev.penstock.proxy.tls;

import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's own client, which trusts everybody and counts the certificates that it was shown. */
final class TlsClient {

  final AtomicInteger certificatesShown = new AtomicInteger();
  private final SSLContext context;

  TlsClient() {
    this(null);
  }

  /** With a certificate to show when it is asked for one. */
  TlsClient(@Nullable Issued identity) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? null : keys(identity), new TrustManager[] {new Counting()}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManager[] keys(Issued identity) throws GeneralSecurityException {
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setKeyEntry(
          "it", identity.key(), new char[0], new Certificate[] {identity.certificate()});
      var factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(keys, new char[0]);
      return factory.getKeyManagers();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection that has not shaken hands. */
  SSLSocket open(int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Connects and shakes hands; an empty server name is not sent. */
  SSLSocket connect(int port, String serverName, String... protocols) throws IOException {
    return secure(new Socket(InetAddress.getLoopbackAddress(), port), serverName, protocols);
  }

  /** The same over a connection that has carried other bytes before. */
  SSLSocket secure(Socket plain, String serverName, String... protocols) throws IOException {
    plain.setSoTimeout(20_000);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    List<SNIServerName> names =
        serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName));
    parameters.setServerNames(names);
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IOException e) {
      plain.close();
      throw e;
    }
    return socket;
  }

  static String echo(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
  }

  static X509Certificate certificate(SSLSocket socket) throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  private final class Counting extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      certificatesShown.incrementAndGet();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
