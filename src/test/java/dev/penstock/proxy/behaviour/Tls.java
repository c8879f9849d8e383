package dev.penstock.proxy.behaviour;

import dev.penstock.testing.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's own TLS for clients that trust everybody, and for backends. */
final class Tls {

  private Tls() {}

  /** A connection that has shaken hands. */
  static SSLSocket connect(int port) {
    try {
      return connect(client(null), port);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The side of a client that trusts everybody, and shows a certificate if it has one. */
  static SSLContext client(TestCertificates.@Nullable Issued identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity == null ? null : keys(identity), new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A connection of that client that has shaken hands, as far as it can tell. */
  static SSLSocket connect(SSLContext context, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  private static KeyManager[] keys(TestCertificates.Issued identity)
      throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("it", identity.key(), new char[0], new Certificate[] {identity.certificate()});
    var factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(keys, new char[0]);
    return factory.getKeyManagers();
  }

  /** Speaks TLS as a server over a connection that was accepted. */
  static SSLSocket serve(Socket accepted, TestCertificates.Issued identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(identity), null, null);
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(accepted, null, 0, true);
      socket.setUseClientMode(false);
      return socket;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

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
