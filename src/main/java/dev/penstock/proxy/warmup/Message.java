package dev.penstock.proxy.warmup;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Gathers one HTTP/1.1 message after another. It only has to understand what the proxy writes, and
 * none is sent before the last was answered.
 */
final class Message {

  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final String LENGTH = "\r\ncontent-length: ";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

  /** The message once it is whole. */
  Optional<String> add(ByteBuf part) {
    try {
      part.readBytes(bytes, part.readableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    if (!isWhole(text)) {
      return Optional.empty();
    }
    bytes.reset();
    return Optional.of(text);
  }

  private static boolean isWhole(String text) {
    int end = text.indexOf(END_OF_HEAD);
    if (end < 0) {
      return false;
    }
    String head = text.substring(0, end + 2).toLowerCase(Locale.ROOT);
    if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
      return text.endsWith("\r\n0\r\n\r\n");
    }
    return text.length() >= end + END_OF_HEAD.length() + contentLength(head);
  }

  private static int contentLength(String head) {
    int at = head.indexOf(LENGTH);
    if (at < 0) {
      return 0;
    }
    int start = at + LENGTH.length();
    return Integer.parseInt(head.substring(start, head.indexOf('\r', start)));
  }
}
