package dev.penstock.proxy.stage;

import dev.penstock.model.AuthPolicy;
import dev.penstock.ops.AuthResult;
import dev.penstock.ops.CacheUse;
import dev.penstock.ops.RouteMeter;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import dev.penstock.proxy.http.KnownField;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets those pass who hold one of the keys. Only hashes of keys are known here. */
public final class ApiKeyStage implements Stage {

  private static final byte[] BEARER = Ascii.bytes("bearer ");

  private static final StageResult UNAUTHORIZED =
      new StageResult.Respond(
          401,
          Reason.UNAUTHORIZED,
          "a valid API key is required",
          List.of(Map.entry("WWW-Authenticate", "Bearer realm=\"penstock\"")));

  private final Credentials credentials;
  private final List<Key> keys;
  private final RouteMeter meter;

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest alone
  private record Key(String id, byte[] sha256) {}

  public ApiKeyStage(AuthPolicy.ApiKeys policy, RouteMeter meter) {
    this.credentials = new Credentials(policy.headers(), policy.credentials());
    this.keys =
        policy.keys().stream()
            .map(key -> new Key(key.id(), HexFormat.of().parseHex(key.sha256())))
            .toList();
    this.meter = meter;
  }

  @Override
  public StageResult apply(RequestContext request, Consumer<StageResult> later) {
    var ambiguity = credentials.ambiguity(request.head());
    if (ambiguity != null) {
      return ambiguity;
    }
    Key holder = holder(request.head().fields());
    meter.authenticated(holder == null ? AuthResult.DENIED : AuthResult.ALLOWED, CacheUse.NONE);
    if (holder == null) {
      return UNAUTHORIZED;
    }
    request.noteKey(holder.id());
    credentials.strip(request.head().fields());
    return StageResult.CONTINUE;
  }

  private @Nullable Key holder(Fields fields) {
    for (byte[] name : credentials.names()) {
      int i = fields.find(name, 0);
      Key found = i < 0 ? null : match(fields, i);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Key match(Fields fields, int i) {
    int start = fields.valueStart(i);
    int end = fields.valueEnd(i);
    if (fields.known(i) == KnownField.AUTHORIZATION) {
      if (!Ascii.startsWithLower(fields.bytes(), start, end, BEARER)) {
        return null;
      }
      start += BEARER.length;
    }
    byte[] hash = sha256(Arrays.copyOfRange(fields.bytes(), start, end));
    Key found = null;
    // All of them, each in constant time: how long it takes tells nothing of which was close.
    for (Key key : keys) {
      if (MessageDigest.isEqual(key.sha256(), hash)) {
        found = key;
      }
    }
    return found;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
