package dev.penstock.proxy.limit.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which a replica is told what concerns it. Each second it subscribes again,
 * which changes nothing but is answered: a connection that does not is replaced.
 */
final class Mailbox {

  private static final long PERIOD_MILLIS = 1_000;

  private final EventLoop loop;
  private final Connector connector;
  private final byte[] channel;
  private final Consumer<String> reader;
  private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
  private boolean opening;
  private boolean answered;
  private boolean closed;

  Mailbox(EventLoop loop, Connector connector, String channel, Consumer<String> reader) {
    this.loop = loop;
    this.connector = connector;
    this.channel = channel.getBytes(StandardCharsets.UTF_8);
    this.reader = reader;
  }

  void start() {
    execute(this::look);
  }

  private void look() {
    if (closed) {
      return;
    }
    loop.schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
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
        .whenComplete((opened, problem) -> execute(() -> opened(problem == null ? opened : null)));
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
                execute(() -> answered |= Objects.equals(connection, to));
              }
            });
  }

  void close() {
    // The connection ends with its connector.
    execute(() -> closed = true);
  }

  private void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // The proxy is gone, and with it whoever listened.
    }
  }
}
