package dev.penstock.proxy.stage;

import dev.penstock.model.Cors;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The Fetch standard's CORS protocol for browser clients. A preflight is answered here, before
 * limit and auth, for it carries no key; every other answer to an allowed origin, also a refusal,
 * says so, or the page could not read it.
 *
 * <p>A cache may keep an answer and give it to a page of another origin, or one that was asked for
 * by no page at all: what depends on the origin says so in each answer, and what does not is in
 * each (Fetch standard, "CORS protocol and HTTP caches").
 */
public final class CorsStage implements Stage {

  private static final byte[] ORIGIN = Ascii.bytes("origin");
  private static final byte[] REQUEST_METHOD = Ascii.bytes("access-control-request-method");
  private static final byte[] REQUEST_HEADERS = Ascii.bytes("access-control-request-headers");
  private static final String WILDCARD = "://*.";

  /** What pages may read of an answer beside the safelisted fields. */
  private static final String EXPOSED =
      "X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate";

  private final Cors cors;
  private final boolean anyOrigin;
  private final String methods;
  private final String headers;

  public CorsStage(Cors cors) {
    this.cors = cors;
    this.anyOrigin = cors.allowOrigins().contains(Cors.ANY);
    this.methods = String.join(", ", cors.allowMethods());
    this.headers = String.join(", ", cors.allowHeaders());
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    Fields fields = request.head().fields();
    String origin = value(fields, ORIGIN);
    String allowed = allowed(origin);
    String asked = value(fields, REQUEST_METHOD);
    if (origin != null && request.head().method() == Method.OPTIONS && asked != null) {
      return allowed == null
          ? refused()
          : preflight(allowed, asked, value(fields, REQUEST_HEADERS));
    }
    HeadBuffer response = request.responseFields();
    if (allowed != null) {
      response.field("Access-Control-Allow-Origin", allowed);
      response.field("Access-Control-Expose-Headers", EXPOSED);
    }
    if (!anyOrigin) {
      response.field("Vary", "Origin");
    }
    return StageResult.CONTINUE;
  }

  /** What an answer says of who may read it; null: nothing. */
  private @Nullable String allowed(@Nullable String origin) {
    if (anyOrigin) {
      return Cors.ANY;
    }
    if (origin == null) {
      return null;
    }
    return cors.allowOrigins().stream().anyMatch(each -> is(each, origin)) ? origin : null;
  }

  private StageResult preflight(String allowed, String method, @Nullable String wanted) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    fields.add(Map.entry("Access-Control-Allow-Origin", allowed));
    fields.add(
        Map.entry(
            "Access-Control-Allow-Methods",
            cors.allowMethods().contains(Cors.ANY) ? method : methods));
    // Not the asterisk itself: to browsers it does not cover Authorization.
    boolean any = cors.allowHeaders().contains(Cors.ANY);
    String allowedHeaders = any ? wanted : headers;
    if (allowedHeaders != null && !allowedHeaders.isEmpty()) {
      fields.add(Map.entry("Access-Control-Allow-Headers", allowedHeaders));
    }
    fields.add(Map.entry("Access-Control-Max-Age", Long.toString(cors.maxAge().toSeconds())));
    fields.add(
        Map.entry("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
    return new StageResult.Respond(204, Reason.PREFLIGHT, "", fields);
  }

  private static StageResult refused() {
    return new StageResult.Respond(
        403,
        Reason.ORIGIN_NOT_ALLOWED,
        "pages of this origin may not call the service",
        List.of(Map.entry("Vary", "Origin")));
  }

  /** Origins are compared as text (RFC 6454 section 6.2); a wildcard stands for labels. */
  private static boolean is(String allowed, String origin) {
    int wildcard = allowed.indexOf(WILDCARD);
    if (wildcard < 0) {
      return allowed.equals(origin);
    }
    String scheme = allowed.substring(0, wildcard + "://".length());
    String suffix = allowed.substring(wildcard + WILDCARD.length() - 1);
    return origin.length() > scheme.length() + suffix.length()
        && origin.startsWith(scheme)
        && origin.endsWith(suffix);
  }

  private static @Nullable String value(Fields fields, byte[] name) {
    int i = fields.find(name, 0);
    return i < 0 ? null : fields.value(i);
  }
}
