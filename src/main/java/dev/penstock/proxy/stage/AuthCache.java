package dev.penstock.proxy.stage;

import dev.penstock.model.AuthPolicy;
import dev.penstock.proxy.http.Ascii;
import dev.penstock.proxy.http.Fields;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one auth service, believed for a while. Concurrent questions of one key ask once. Keys
 * are hashes, so that no credential is kept; the oldest unused answer goes first.
 */
public final class AuthCache {

  private static final int MAX_ENTRIES = 10_000;

  /** Where a key may stand: part of every cache key, or one caller's yes would be another's. */
  private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "x-api-key");

  private final AuthPolicy.Cache policy;
  private final LongSupplier nanoClock;
  private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Key, List<Consumer<AuthVerdict>>> waiting = new HashMap<>();

  public AuthCache(AuthPolicy.Cache policy, LongSupplier nanoClock) {
    this.policy = policy;
    this.nanoClock = nanoClock;
  }

  /** SHA-256 of all that an answer depends on. */
  record Key(long a, long b, long c, long d) {}

  private record Entry(AuthVerdict verdict, long expiresAt) {}

  /** What the answer to this request depends on, as the policy says. */
  static Key key(AuthPolicy.External auth, RequestContext request) {
    List<String> names = auth.cache().flatMap(AuthPolicy.Cache::keyHeaders).orElse(List.of());
    MessageDigest digest = sha256();
    // An empty list would be one key for all: as if there were none.
    if (names.isEmpty()) {
      add(digest, Ascii.bytes(request.head().methodName()));
      add(digest, request.path());
      add(digest, request.query());
      add(digest, request.host());
      add(digest, Ascii.bytes(request.client().forwardedFor()));
      add(digest, Ascii.bytes(request.scheme()));
    }
    Fields fields = request.head().fields();
    for (String name : auth.requestHeaders()) {
      if (!names.isEmpty() && !names.contains(name) && !CREDENTIALS.contains(name)) {
        continue;
      }
      int i = fields.find(Ascii.bytes(name), 0);
      byte[] value = i < 0 ? new byte[0] : Ascii.bytes(fields.value(i));
      digest.update((byte) (i < 0 ? 0 : 1));
      add(digest, value);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new Key(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  /** An answer that is still believed. */
  synchronized @Nullable AuthVerdict get(Key key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.expiresAt - nanoClock.getAsLong() <= 0) {
      entries.remove(key);
      return null;
    }
    return entry.verdict;
  }

  /**
   * Waits for the answer of that key, which is handed over on the given executor.
   *
   * @return whether nobody asked yet: then the caller asks, and calls {@link #complete}
   */
  synchronized boolean await(Key key, Executor executor, Consumer<AuthVerdict> then) {
    boolean first = !waiting.containsKey(key);
    waiting
        .computeIfAbsent(key, _ -> new ArrayList<>(1))
        .add(verdict -> executor.execute(() -> then.accept(verdict)));
    return first;
  }

  /** Hands the answer to all who wait, and keeps it if it is one to be believed. */
  void complete(Key key, AuthVerdict verdict) {
    List<Consumer<AuthVerdict>> all;
    synchronized (this) {
      keep(key, verdict);
      all = waiting.remove(key);
    }
    if (all != null) {
      all.forEach(one -> one.accept(verdict));
    }
  }

  private void keep(Key key, AuthVerdict verdict) {
    long nanos =
        switch (verdict) {
          case AuthVerdict.Allowed _ -> policy.ttl().toNanos();
          case AuthVerdict.Denied _ -> policy.negativeTtl().toNanos();
          case AuthVerdict.Unusable _, AuthVerdict.Unavailable _ -> 0;
        };
    if (nanos == 0) {
      return;
    }
    entries.put(key, new Entry(verdict, nanoClock.getAsLong() + nanos));
    if (entries.size() > MAX_ENTRIES) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  private static void add(MessageDigest digest, AsciiString text) {
    length(digest, text.length());
    digest.update(text.array(), text.arrayOffset(), text.length());
  }

  private static void add(MessageDigest digest, byte[] bytes) {
    length(digest, bytes.length);
    digest.update(bytes);
  }

  /** Lengths keep "ab","c" and "a","bc" apart. */
  private static void length(MessageDigest digest, int length) {
    digest.update(ByteBuffer.allocate(4).putInt(length).flip());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
