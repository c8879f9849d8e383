package dev.penstock.proxy.limit.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * A script for the server to run, written straight into the connection's buffer: no future and no
 * list of arguments for what every request does. The script is named by its digest; a server that
 * has not met it (restarted, failed over, flushed) is sent the whole.
 */
final class ScriptCall extends Command<byte[], byte[], Boolean> {

  /** Takes what became of a call, once, on whichever thread. */
  interface Receiver {
    void replied(long first, long second);

    /** The server does not know the script. */
    void unknownScript();

    void failed(String problem);
  }

  private static final String UNKNOWN_SCRIPT = "NOSCRIPT";
  private static final byte[] BY_DIGEST = ascii("\r\n$7\r\nEVALSHA\r\n$40\r\n");
  private static final byte[] WHOLE = ascii("\r\n$4\r\nEVAL\r\n$");
  private static final byte[] ONE_KEY = ascii("\r\n$1\r\n1\r\n$");
  private static final byte[] LINE_END = ascii("\r\n");
  private static final int COMMAND_SCRIPT_COUNT_KEY = 4;

  private final Script script;
  private final boolean whole;
  private final byte[] key;
  private final Object[] arguments;
  private final Reply reply;
  private final Receiver receiver;
  private boolean told;

  /**
   * @param whole whether to send the script itself
   * @param arguments Long or ASCII String
   */
  ScriptCall(Script script, boolean whole, byte[] key, Object[] arguments, Receiver receiver) {
    this(script, whole, key, arguments, receiver, new Reply());
  }

  private ScriptCall(
      Script script,
      boolean whole,
      byte[] key,
      Object[] arguments,
      Receiver receiver,
      Reply reply) {
    // The arguments that Lettuce sees are only what it finds the node of a cluster by.
    super(CommandType.EVALSHA, reply, new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key));
    this.script = script;
    this.whole = whole;
    this.key = key;
    this.arguments = arguments;
    this.receiver = receiver;
    this.reply = reply;
  }

  @Override
  public void encode(ByteBuf out) {
    out.writeByte('*');
    number(out, COMMAND_SCRIPT_COUNT_KEY + arguments.length);
    if (whole) {
      out.writeBytes(WHOLE);
      number(out, script.text().length);
      out.writeBytes(LINE_END).writeBytes(script.text());
    } else {
      out.writeBytes(BY_DIGEST).writeBytes(script.digest());
    }
    out.writeBytes(ONE_KEY);
    number(out, key.length);
    out.writeBytes(LINE_END).writeBytes(key).writeBytes(LINE_END);
    for (Object argument : arguments) {
      String text = argument.toString();
      out.writeByte('$');
      number(out, text.length());
      out.writeBytes(LINE_END);
      ByteBufUtil.writeAscii(out, text);
      out.writeBytes(LINE_END);
    }
  }

  @Override
  public void complete() {
    super.complete();
    if (reply.isWhole()) {
      if (first()) {
        receiver.replied(reply.first(), reply.second());
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
