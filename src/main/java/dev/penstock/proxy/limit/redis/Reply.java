package dev.penstock.proxy.limit.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;

/** The two whole numbers that each of the scripts returns. */
final class Reply extends CommandOutput<byte[], byte[], Boolean> {

  private long first;
  private long second;
  private int count;

  Reply() {
    super(ByteArrayCodec.INSTANCE, Boolean.TRUE);
  }

  @Override
  public void set(long integer) {
    if (count == 0) {
      first = integer;
    } else {
      second = integer;
    }
    count++;
  }

  @Override
  public void set(ByteBuffer bytes) {
    setError("unexpected reply");
  }

  long first() {
    return first;
  }

  long second() {
    return second;
  }

  /** Whether it is what a script returns. */
  boolean isWhole() {
    return count == 2 && !hasError();
  }

  String problem() {
    String error = getError();
    return error == null ? "the reply is not of the script" : error;
  }
}
