package dev.penstock.proxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The protocols that a request asks to switch to (RFC 9110 section 7.8), in its order of
 * preference. What the proxy would have to speak itself is not among them.
 *
 * @param protocols as the client wrote them; never empty
 */
public record Upgrade(List<String> protocols) {

  /** HTTP/2 in plain text and TLS would hide later requests from the proxy. */
  private static final Set<String> NEVER = Set.of("h2c", "h2", "http", "tls");

  public Upgrade {
    protocols = List.copyOf(protocols);
  }

  /**
   * What the request asks for and may have: a GET of HTTP/1.1 without a body, whose {@code
   * Connection} names the field. Anything else is an ordinary request, as RFC 9110 allows.
   */
  public static Optional<Upgrade> asked(RequestHead head) {
    if (!head.upgrade()
        || head.minorVersion() != 1
        || head.method() != Method.GET
        || head.bodyLength() != 0) {
      return Optional.empty();
    }
    List<String> asked = new ArrayList<>(1);
    boolean valid = read(head.fields(), asked);
    asked.removeIf(protocol -> NEVER.contains(name(protocol)));
    return valid && !asked.isEmpty() ? Optional.of(new Upgrade(asked)) : Optional.empty();
  }

  /**
   * What a 101 switches to: just one of those asked for, by the client's spelling.
   *
   * @throws BadMessageException when it was not asked for, or does not say
   */
  public String taken(ResponseHead head) throws BadMessageException {
    List<String> answered = new ArrayList<>(1);
    if (!head.upgrade() || !read(head.fields(), answered) || answered.size() != 1) {
      throw new BadMessageException("a 101 that does not name one protocol");
    }
    String one = answered.getFirst();
    return protocols.stream()
        .filter(one::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> new BadMessageException("a 101 to a protocol that was not asked for"));
  }

  private static boolean read(Fields fields, List<String> into) {
    for (int i = fields.find(KnownField.UPGRADE);
        i >= 0;
        i = fields.find(KnownField.UPGRADE, i + 1)) {
      for (String part : fields.value(i).split(",", -1)) {
        String protocol = part.strip();
        if (!protocol.isEmpty() && !valid(protocol)) {
          return false;
        }
        if (!protocol.isEmpty()) {
          into.add(protocol);
        }
      }
    }
    return true;
  }

  /** A token, or two with a slash between. */
  private static boolean valid(String protocol) {
    int slash = protocol.indexOf('/');
    return slash < 0
        ? token(protocol)
        : token(protocol.substring(0, slash)) && token(protocol.substring(slash + 1));
  }

  private static boolean token(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c < 128 && FieldParser.isToken((byte) c));
  }

  private static String name(String protocol) {
    int slash = protocol.indexOf('/');
    return (slash < 0 ? protocol : protocol.substring(0, slash)).toLowerCase(Locale.ROOT);
  }
}
