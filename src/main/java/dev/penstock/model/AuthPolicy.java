package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Who may pass. */
public sealed interface AuthPolicy {

  /** Everybody. */
  record None() implements AuthPolicy {}

  /**
   * nginx's {@code auth_request}: any 2xx passes, 401 and 403 are returned, anything else is 503.
   *
   * @param path of the sub-request, canonical, with a query if there is one
   * @param requestHeaders sent to it when the request has them, lower case
   * @param responseHeaders copied from its answer to the upstream request, lower case
   * @param credentials whether the backend sees the request headers that carried the key
   */
  record External(
      Upstream upstream,
      String path,
      List<String> requestHeaders,
      List<String> responseHeaders,
      Duration timeout,
      FailurePolicy failurePolicy,
      Optional<Cache> cache,
      ForwardCredentials credentials)
      implements AuthPolicy {

    public External {
      requestHeaders = HeaderNames.lowerCase("requestHeaders", requestHeaders);
      responseHeaders = HeaderNames.lowerCase("responseHeaders", responseHeaders);
      Check.that(path.startsWith("/"), "path", "must start with /");
      Check.positive("timeout", timeout);
    }
  }

  /**
   * Keys known to the proxy by their hashes.
   *
   * @param headers where a key may stand, lower case; in {@code authorization} as a Bearer token
   */
  record ApiKeys(List<ApiKey> keys, List<String> headers, ForwardCredentials credentials)
      implements AuthPolicy {

    public ApiKeys {
      keys = List.copyOf(keys);
      headers = HeaderNames.lowerCase("headers", headers);
      Check.nonEmpty("headers", headers);
    }
  }

  /**
   * One key.
   *
   * @param id who it belongs to: the Secret's name and entry
   * @param sha256 of the key's bytes, 64 lower-case hexadecimal digits
   */
  record ApiKey(String id, String sha256) {

    public ApiKey {
      Check.nonBlank("id", id);
      Check.that(sha256.matches("[0-9a-f]{64}"), "sha256", "must be 64 hexadecimal digits");
    }

    @Override
    public String toString() {
      return "ApiKey[id=" + id + ", sha256=[redacted]]";
    }
  }

  /**
   * How long an answer is believed.
   *
   * @param ttl of a 2xx
   * @param negativeTtl of a 401 or 403
   * @param keyHeaders what the answer depends on, lower case; absent: all that is sent, method and
   *     path included
   */
  record Cache(Duration ttl, Duration negativeTtl, Optional<List<String>> keyHeaders) {

    public Cache {
      Check.positive("ttl", ttl);
      Check.that(!negativeTtl.isNegative(), "negativeTtl", "must not be negative");
      keyHeaders = keyHeaders.map(names -> HeaderNames.lowerCase("keyHeaders", names));
    }
  }

  /** What happens while the auth service cannot be asked. */
  enum FailurePolicy {
    CLOSED,
    OPEN
  }

  /** Whether the backend sees the headers that carried the key. */
  enum ForwardCredentials {
    STRIP,
    KEEP
  }
}
