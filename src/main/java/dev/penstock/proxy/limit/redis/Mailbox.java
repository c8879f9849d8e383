package dev.penstock.proxy.limit.redis;

import dev.penstock.proxy.io.LoopTasks;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which a replica is told what concerns it. Each second it subscribes again,
 * which changes nothing but is answered: a connection that does not is replaced.
 */
final class Mailbox {

  private static final long PERIOD_MILLIS = 1_000;

  private final LoopTasks tasks;
  private final Connector connector;
  private final byte[] channel;
  private final Consumer<String> reader;
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private boolean opening;
  private boolean answered;
  private boolean closed;

  Mailbox(EventLoop loop, Connector connector, String channel, Consumer<String> reader) {
    this.tasks = new LoopTasks(loop);
    this.connector = connector;
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.reader = reader;
  }

  void start() {
    tasks.later(this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    tasks.loop().schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    StatefulRedisPubSubConnection<byte[], byte[]> current = connection;
    if (current == null) {
      open();
    } else if (answered) {
      subscribe(current);
    } else {
      connection = null;
      current.closeAsync();
      open();
    }
  }

  private void open() {
    if (opening) {
      return;
    }
    opening = true;
    connector
        .openPubSub()
        .whenComplete(
            (opened, problem) -> tasks.later(() -> opened(problem == null ? opened : null)));
  }

  private void opened(@Nullable StatefulRedisPubSubConnection<byte[], byte[]> opened) {
    opening = false;
    if (opened == null) {
      return;
    }
    if (closed) {
      opened.closeAsync();
      return;
    }
    connection = opened;
    opened.addListener(
        new RedisPubSubAdapter<byte[], byte[]>() {
          @Override
          public void message(byte[] ignored, byte[] text) {
            reader.accept(new String(text, StandardCharsets.US_ASCII));
          }
        });
    subscribe(opened);
  }

  private void subscribe(StatefulRedisPubSubConnection<byte[], byte[]> to) {
    answered = false;
    to.async()
        .subscribe(channel)
        .whenComplete(
            (_, problem) -> {
              if (problem == null) {
                tasks.later(() -> answered |= Objects.equals(connection, to));
              }
            });
  }

  void close() {
    // The connection ends with its connector.
    tasks.later(() -> closed = true);
  }
}
