package dev.penstock.proxy.queue.redis;

import dev.penstock.proxy.limit.redis.Script;
import dev.penstock.proxy.limit.redis.ScriptCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The script of one service, and what does not change about its arguments. */
final class QueueScript {

  /** What nobody has used for so long is forgotten; the next to come waits as after a loss. */
  private static final Duration KEEP = Duration.ofDays(30);

  private static final Script SCRIPT = Script.of(QueueScript.class, "queue.lua");

  private final List<byte[]> keys;
  private final Timing timing;
  private final String channelPrefix;
  private final String replica;

  /**
   * @param service what the keys have in common, and on which a cluster decides who keeps them
   * @param replica the name of this process, and the number of the queue within it
   */
  QueueScript(
      String keyPrefix, String service, Timing timing, String channelPrefix, String replica) {
    keys =
        Stream.of("ends", "waiting", "asks", "clients", "lasts", "state", "met")
            .map(each -> keyPrefix + "{" + service + "}/queue/" + each)
            .map(each -> each.getBytes(StandardCharsets.UTF_8))
            .toList();
    this.timing = timing;
    this.channelPrefix = channelPrefix;
    this.replica = replica;
  }

  /** The arguments of a call. */
  Object[] arguments(int permits, int depth, boolean newConnection, List<String> step) {
    return Stream.concat(
            Stream.of(
                permits,
                depth,
                timing.timeToLive().toMillis(),
                timing.notice().toMillis(),
                KEEP.toMillis(),
                channelPrefix,
                replica,
                newConnection ? 1 : 0),
            step.stream())
        .toArray();
  }

  ScriptCall call(boolean whole, Object[] arguments, ScriptCall.Receiver receiver) {
    return new ScriptCall(SCRIPT, whole, keys, arguments, receiver);
  }
}
