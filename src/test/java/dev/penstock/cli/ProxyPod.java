package dev.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.config.ConfigTooLargeException;
import dev.penstock.config.Envelope;
import dev.penstock.config.EnvelopeCodec;
import dev.penstock.config.Shards;
import dev.penstock.control.ControlCodec;
import dev.penstock.control.ControlPort;
import dev.penstock.control.ProxyReport;
import dev.penstock.testing.TestCertificates;
import dev.penstock.testing.TestCertificates.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A proxy of a cluster in this process, with the folders that a pod has mounted: they change as the
 * kubelet changes them, by a swapped {@code ..data} link.
 */
public final class ProxyPod implements AutoCloseable {

  public static final String TOKEN = "first-token";

  private final Path home;
  private final Issued authority;
  private final Duration pushWait;
  private int generation;
  private int controlPort;
  private ClusterProxy proxy;
  private CompletableFuture<Integer> end;

  private ProxyPod(Path home, Issued authority, Duration pushWait) throws IOException {
    this.home = home;
    this.authority = authority;
    this.pushWait = pushWait;
    Files.createDirectories(config());
    Files.createDirectories(control());
    writeControl(controlCertificate(), TOKEN);
    this.end = CompletableFuture.completedFuture(0);
    this.proxy = begin();
  }

  /** One that trusts its mount soon. */
  public static ProxyPod start(Path home, Issued authority) throws IOException {
    return new ProxyPod(home, authority, Duration.ofMillis(50));
  }

  static ProxyPod start(Path home, Issued authority, Duration pushWait) throws IOException {
    return new ProxyPod(home, authority, pushWait);
  }

  private ClusterProxy begin() {
    var loopback = InetAddress.getLoopbackAddress();
    var listen =
        new ListenOptions(loopback, 0, 0, loopback, 0, false, ListenOptions.WarmUpMode.NONE);
    try {
      ClusterProxy begun =
          ClusterProxy.start(
              new ClusterProxy.Options(
                  listen, controlPort, config(), control(), pushWait, Duration.ofMillis(300)));
      controlPort = begun.controlAddress().getPort();
      end = CompletableFuture.supplyAsync(() -> run(begun), task -> new Thread(task).start());
      return begun;
    } catch (CannotListenException e) {
      throw new AssertionError(e);
    }
  }

  private static int run(ClusterProxy begun) {
    try {
      begun.run();
      return 0;
    } catch (InterruptedException | CannotListenException e) {
      throw new AssertionError(e);
    }
  }

  /** As the kubelet does with a container that ended: same address, same mounts. */
  public void restart() {
    stop();
    proxy = begin();
  }

  /** Asks it to stop, and waits until it has drained. */
  public void stop() {
    proxy.stop();
    end.orTimeout(20, TimeUnit.SECONDS).join();
    proxy.close();
  }

  /** Asks it to stop. */
  void beginStop() {
    proxy.stop();
  }

  boolean ended() {
    return end.isDone();
  }

  @Override
  public void close() {
    stop();
  }

  public InetSocketAddress controlAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), controlPort);
  }

  Issued controlCertificate() {
    return TestCertificates.named(ControlPort.SERVER_NAME).issuedBy(authority).issue();
  }

  /** What the control port is known by, and whom it lets in. */
  public void writeControl(Issued certificate, String tokens) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(ControlPort.CERTIFICATE, certificate.chainPem().getBytes(UTF_8));
    files.put(ControlPort.KEY, certificate.keyPem().getBytes(UTF_8));
    files.put(ControlPort.TOKEN, tokens.getBytes(UTF_8));
    swap(control(), files);
  }

  void breakControlKey() throws IOException {
    swap(control(), Map.of(ControlPort.KEY, new byte[] {1}));
  }

  /** Mounts a configuration. */
  public void mount(Envelope envelope) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<byte[]> shards = Shards.split(envelope.sequence(), packed(envelope));
    for (int i = 0; i < shards.size(); i++) {
      files.put(Integer.toString(i), shards.get(i));
    }
    swap(config(), files);
  }

  /** Mounts what Secrets hold. */
  public void mount(Map<String, byte[]> configuration, Map<String, byte[]> control)
      throws IOException {
    swap(config(), configuration);
    swap(control(), control);
  }

  /** New folder, new link beside, renamed over the old link; the visible names are links. */
  private void swap(Path mount, Map<String, byte[]> files) throws IOException {
    Path next = Files.createDirectory(mount.resolve("..generation-" + ++generation));
    for (var file : files.entrySet()) {
      Files.write(next.resolve(file.getKey()), file.getValue());
    }
    Path link = mount.resolve("..data_tmp");
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    for (String name : files.keySet()) {
      if (!Files.exists(mount.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
      }
    }
  }

  /** Status and body of {@code PUT /config}. */
  HttpResponse<String> push(Envelope envelope) throws Exception {
    return send("PUT", ControlPort.CONFIG_PATH, Optional.of(TOKEN), packed(envelope));
  }

  HttpResponse<String> send(String method, String path, Optional<String> token, byte[] body)
      throws Exception {
    var parameters = new SSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(ControlPort.SERVER_NAME)));
    try (var client =
        HttpClient.newBuilder().sslContext(trust()).sslParameters(parameters).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + controlPort + path))
              .timeout(Duration.ofSeconds(20))
              .method(
                  method,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      token.ifPresent(each -> request.header("Authorization", "Bearer " + each));
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  ProxyReport report() throws Exception {
    var answer = send("GET", ControlPort.REPORT_PATH, Optional.of(TOKEN), new byte[0]);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.body());
    }
    return new ControlCodec().report(answer.body().getBytes(UTF_8));
  }

  /** Status line and body. */
  String ready() {
    return get(proxy.adminAddress(), "/readyz");
  }

  public boolean isReady() {
    return ready().startsWith("HTTP/1.1 200");
  }

  /** What a client gets in plain HTTP; empty while nothing listens. */
  public String asked(String path) {
    return proxy
        .server()
        .flatMap(server -> server.httpAddress())
        .map(address -> get(address, path))
        .orElse("");
  }

  /** Whether a route is there, though nothing answers behind it. */
  public boolean serves(String path) {
    return asked(path).startsWith("HTTP/1.1 502");
  }

  private static String get(InetSocketAddress address, String path) {
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      var request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (ConnectException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SSLContext trust() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static byte[] packed(Envelope envelope) {
    try {
      return new EnvelopeCodec().encode(envelope);
    } catch (ConfigTooLargeException e) {
      throw new AssertionError(e);
    }
  }

  private Path config() {
    return home.resolve("config");
  }

  private Path control() {
    return home.resolve("control");
  }
}
