import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells a client what reached the backend. Bodies are counted and digested, never kept. */
final class Echo {
  private Echo() {}

  static Map<String, Object> of(String standIn, Request request) throws IOException {
    var headers = new LinkedHashMap<String, Object>();
    for (var header : request.headers()) {
      headers.merge(header.name(), header.value(), (first, next) -> first + ", " + next);
    }
    var digest = digest(request);
    var echo = new LinkedHashMap<String, Object>();
    echo.put("standIn", standIn);
    echo.put("method", request.method());
    echo.put("path", request.path());
    echo.put("target", request.target());
    echo.put("query", request.query());
    echo.put("headers", headers);
    echo.put("bodyBytes", request.body().count());
    echo.put("bodySha256", digest);
    return echo;
  }

  /** Reads the body to its end; SHA-256 in hexadecimal. */
  static String digest(Request request) throws IOException {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      request.body().transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), sha256));
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
