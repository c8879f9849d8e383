package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.limit.Decision;
import dev.penstock.proxy.limit.Limit;
import dev.penstock.proxy.limit.LimitKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks for tokens on one link. What asks for the same of one bucket and is sent together is one
 * question, so that a client with many requests costs Redis little more than one with a few. On the
 * event loop of the link.
 */
final class Buckets {

  private final Link link;
  private final Commands commands;
  private final String keyPrefix;
  private final Map<LimitKey, BucketQuestion> unsent = new HashMap<>();

  Buckets(Link link, Commands commands, String keyPrefix) {
    this.link = link;
    this.commands = commands;
    this.keyPrefix = keyPrefix;
  }

  Link link() {
    return link;
  }

  void ask(LimitKey key, Limit limit, long cost, Consumer<? super Decision> then) {
    BucketQuestion open = unsent.get(key);
    if (open != null && open.join(limit, cost, then)) {
      return;
    }
    byte[] name = (keyPrefix + key).getBytes(StandardCharsets.UTF_8);
    var question = new BucketQuestion(commands, name, limit, cost, then, () -> unsent.remove(key));
    unsent.put(key, question);
    link.ask(question);
  }
}
