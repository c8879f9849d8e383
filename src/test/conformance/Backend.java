import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A stand-in backend: takes any request and answers 200 with some text. */
final class Backend {

  private static final byte[] TEXT =
      "Some text for a client to read, longer than the small windows that h2spec sets.\n"
          .getBytes(StandardCharsets.UTF_8);

  private Backend() {}

  /** Prints its port and serves until it is killed. */
  public static void main(String[] args) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(200, head ? -1 : TEXT.length);
          try (OutputStream body = exchange.getResponseBody()) {
            if (!head) {
              body.write(TEXT);
            }
          }
        });
    server.start();
    System.out.println(server.getAddress().getPort());
  }
}
