package dev.penstock.proxy.limit.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The whole numbers that a script returns: two, or more. */
public final class Reply extends CommandOutput<byte[], byte[], Boolean> {

  private static final int LEAST = 2;

  private long[] numbers = new long[LEAST];
  private int count;

  Reply() {
    super(ByteArrayCodec.INSTANCE, Boolean.TRUE);
  }

  @Override
  public void set(long integer) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 4 * count);
    }
    numbers[count++] = integer;
  }

  @Override
  public void set(ByteBuffer bytes) {
    setError("unexpected reply");
  }

  /** How many numbers there are. */
  public int size() {
    return count;
  }

  public long at(int index) {
    return numbers[index];
  }

  /** Whether it is what a script returns. */
  boolean isWhole() {
    return count >= LEAST && !hasError();
  }

  String problem() {
    String error = getError();
    return error == null ? "the reply is not of the script" : error;
  }
}
