package dev.penstock.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * The chunked transfer coding (RFC 9112 section 7.1), strictly: hexadecimal sizes of at most 15
 * digits, CRLF only, bounded extensions and trailers.
 */
final class ChunkedDecoder {

  /** Extensions of one chunk; they are read over and never passed on. */
  private static final int MAX_SIZE_LINE = 256;

  /** Extensions of a whole message: room for a signature a chunk, not for a flood. */
  private static final int MAX_EXTENSIONS = 16 * 1024;

  private static final int MAX_TRAILERS = 8 * 1024;
  private static final int MAX_TRAILER_FIELDS = 32;
  private static final int MAX_DIGITS = 15;

  private enum State {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS
  }

  private final Fields trailers = new Fields();
  private State state = State.SIZE;
  private long size;
  private int digits;
  private int lineBytes;
  private int extensionBytes;
  private byte[] trailerBytes = new byte[0];
  private int trailerLength;

  void start() {
    extensionBytes = 0;
    trailerLength = 0;
    nextSize();
  }

  /** Decodes what is there; returns whether the last chunk and its trailers have been read. */
  boolean decode(ByteBuf in, BodySink sink) throws BadMessageException {
    while (in.isReadable()) {
      switch (state) {
        case DATA -> data(in, sink);
        case TRAILERS -> {
          if (trailer(in)) {
            end(sink);
            return true;
          }
        }
        default -> framing(in.readByte());
      }
    }
    return false;
  }

  private void data(ByteBuf in, BodySink sink) {
    int take = (int) Math.min(in.readableBytes(), size);
    size -= take;
    if (size == 0) {
      state = State.DATA_CR;
    }
    sink.onData(in.readRetainedSlice(take));
  }

  private void framing(byte b) throws BadMessageException {
    switch (state) {
      case SIZE -> sizeDigit(b);
      case EXTENSION -> extension(b);
      case SIZE_LF -> {
        require(b == '\n', "a chunk size line does not end with CRLF");
        state = size == 0 ? State.TRAILERS : State.DATA;
      }
      case DATA_CR -> {
        require(b == '\r', "a chunk is longer than its size");
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        require(b == '\n', "a chunk does not end with CRLF");
        nextSize();
      }
      default -> throw new IllegalStateException(state.name());
    }
  }

  private void sizeDigit(byte b) throws BadMessageException {
    int digit = Ascii.hex(b);
    if (digit >= 0) {
      require(++digits <= MAX_DIGITS, "a chunk size has too many digits");
      size = (size << 4) | digit;
      return;
    }
    require(digits > 0, "a chunk size is not hexadecimal");
    if (b == '\r') {
      state = State.SIZE_LF;
    } else {
      require(b == ';', "a chunk size is not hexadecimal");
      state = State.EXTENSION;
    }
  }

  private void extension(byte b) throws BadMessageException {
    if (b == '\r') {
      state = State.SIZE_LF;
      return;
    }
    require((b >= ' ' && b != 0x7f) || b == '\t', "a chunk extension has a control character");
    require(
        ++lineBytes <= MAX_SIZE_LINE && ++extensionBytes <= MAX_EXTENSIONS,
        "the chunk extensions are too long");
  }

  private boolean trailer(ByteBuf in) throws BadMessageException {
    if (trailerBytes.length == 0) {
      trailerBytes = new byte[MAX_TRAILERS];
    }
    while (in.isReadable()) {
      byte b = in.readByte();
      if (trailerLength == MAX_TRAILERS) {
        throw new BadMessageException(431, "the trailers are too long");
      }
      trailerBytes[trailerLength++] = b;
      if (b == '\n' && endsTrailers()) {
        return true;
      }
    }
    return false;
  }

  private boolean endsTrailers() throws BadMessageException {
    int n = trailerLength;
    require(n >= 2 && trailerBytes[n - 2] == '\r', "a trailer line ends with LF");
    return n == 2 || (n >= 4 && trailerBytes[n - 3] == '\n');
  }

  private void end(BodySink sink) throws BadMessageException {
    if (trailerLength == 2) {
      sink.onEnd(null);
    } else {
      FieldParser.parse(
          trailerBytes, 0, trailerLength - 2, MAX_TRAILER_FIELDS, KnownField.ALIAS, trailers);
      sink.onEnd(trailers);
    }
    trailerBytes = new byte[0];
  }

  private void nextSize() {
    state = State.SIZE;
    size = 0;
    digits = 0;
    lineBytes = 0;
  }

  private static void require(boolean valid, String detail) throws BadMessageException {
    if (!valid) {
      throw new BadMessageException(detail);
    }
  }
}
