package dev.penstock.proxy.limit.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A script for the server to run, written straight into the connection's buffer: no future and no
 * list of arguments for what every request does. The script is named by its digest; a server that
 * has not met it (restarted, failed over, flushed) is sent the whole.
 */
public final class ScriptCall extends Command<byte[], byte[], Boolean> {

  /** Takes what became of a call, once, on whichever thread. */
  public interface Receiver {
    void replied(Reply reply);

    /** The server does not know the script. */
    void unknownScript();

    void failed(String problem);
  }

  private static final String UNKNOWN_SCRIPT = "NOSCRIPT";
  private static final byte[] BY_DIGEST = ascii("\r\n$7\r\nEVALSHA\r\n$40\r\n");
  private static final byte[] WHOLE = ascii("\r\n$4\r\nEVAL\r\n$");
  private static final int LONGEST_COUNT = 9;
  private static final byte[] LINE_END = ascii("\r\n");
  private static final int COMMAND_SCRIPT_COUNT = 3;

  private final Script script;
  private final boolean whole;
  private final List<byte[]> keys;
  private final Object[] arguments;
  private final Reply reply;
  private final Receiver receiver;
  private boolean told;

  /**
   * @param whole whether to send the script itself
   * @param keys at most nine, all on one node of a cluster
   * @param arguments Long or ASCII String
   */
  public ScriptCall(
      Script script, boolean whole, List<byte[]> keys, Object[] arguments, Receiver receiver) {
    this(script, whole, keys, arguments, receiver, new Reply());
  }

  private ScriptCall(
      Script script,
      boolean whole,
      List<byte[]> keys,
      Object[] arguments,
      Receiver receiver,
      Reply reply) {
    // The arguments that Lettuce sees are only what it finds the node of a cluster by.
    super(
        CommandType.EVALSHA,
        reply,
        new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(keys.getFirst()));
    if (keys.size() > LONGEST_COUNT) {
      throw new IllegalArgumentException(keys.size() + " keys");
    }
    this.script = script;
    this.whole = whole;
    this.keys = keys;
    this.arguments = arguments;
    this.receiver = receiver;
    this.reply = reply;
  }

  @Override
  public void encode(ByteBuf out) {
    out.writeByte('*');
    number(out, COMMAND_SCRIPT_COUNT + keys.size() + arguments.length);
    if (whole) {
      out.writeBytes(WHOLE);
      number(out, script.text().length);
      out.writeBytes(LINE_END).writeBytes(script.text());
    } else {
      out.writeBytes(BY_DIGEST).writeBytes(script.digest());
    }
    out.writeBytes(LINE_END);
    text(out, Integer.toString(keys.size()));
    for (byte[] key : keys) {
      out.writeByte('$');
      number(out, key.length);
      out.writeBytes(LINE_END).writeBytes(key).writeBytes(LINE_END);
    }
    for (Object argument : arguments) {
      text(out, argument.toString());
    }
  }

  private static void text(ByteBuf out, String ascii) {
    out.writeByte('$');
    number(out, ascii.length());
    out.writeBytes(LINE_END);
    ByteBufUtil.writeAscii(out, ascii);
    out.writeBytes(LINE_END);
  }

  @Override
  public void complete() {
    super.complete();
    if (reply.isWhole()) {
      if (first()) {
        receiver.replied(reply);
      }
    } else {
      fail(reply.problem());
    }
  }

  @Override
  public boolean completeExceptionally(Throwable throwable) {
    super.completeExceptionally(throwable);
    fail(String.valueOf(throwable.getMessage()));
    return true;
  }

  @Override
  public void cancel() {
    super.cancel();
    fail("the connection is closed");
  }

  private void fail(String problem) {
    if (!first()) {
      return;
    }
    if (!whole && problem.startsWith(UNKNOWN_SCRIPT)) {
      receiver.unknownScript();
    } else {
      receiver.failed(problem);
    }
  }

  /** Lettuce may complete a command that it has cancelled. */
  private synchronized boolean first() {
    boolean first = !told;
    told = true;
    return first;
  }

  private static void number(ByteBuf out, long value) {
    ByteBufUtil.writeAscii(out, Long.toString(value));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
