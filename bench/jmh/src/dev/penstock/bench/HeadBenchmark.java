package dev.penstock.bench;

import dev.penstock.proxy.http.BadMessageException;
import dev.penstock.proxy.http.HeadBuffer;
import dev.penstock.proxy.http.HeadReader;
import dev.penstock.proxy.http.RequestHead;
import dev.penstock.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading the head of a request and of an answer, and writing one anew. */
@State(Scope.Thread)
public class HeadBenchmark {

  private static final int MAX_FIELDS = 100;

  private final ByteBuf request =
      head(
          "POST /llm/v1/chat/completions?stream=true HTTP/1.1\r\nHost: ai.example.com\r\n"
              + "User-Agent: OpenAI/Python 2.8.1\r\nAccept: application/json\r\n"
              + "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
              + "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"
              + "X-Stainless-Lang: python\r\nX-Stainless-Async: false\r\n"
              + "Content-Type: application/json\r\nContent-Length: 213\r\n\r\n");
  private final ByteBuf answer =
      head(
          "HTTP/1.1 200 OK\r\nDate: Sun, 01 Feb 2026 10:00:00 GMT\r\nServer: uvicorn\r\n"
              + "Content-Type: application/json\r\nContent-Length: 1043\r\n\r\n");
  private final HeadReader reader = new HeadReader(8192, 32_768);
  private final RequestHead requestHead = new RequestHead();
  private final ResponseHead responseHead = new ResponseHead();
  private final HeadBuffer out = new HeadBuffer();

  private static ByteBuf head(String text) {
    return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void read(ByteBuf bytes) throws BadMessageException {
    reader.reset();
    if (!reader.read(bytes.readerIndex(0))) {
      throw new IllegalStateException("the head is not whole");
    }
  }

  @Benchmark
  public RequestHead readRequest() throws BadMessageException {
    read(request);
    requestHead.parse(reader.bytes(), reader.startLineEnd(), reader.length(), MAX_FIELDS);
    return requestHead;
  }

  @Benchmark
  public ResponseHead readAnswer() throws BadMessageException {
    read(answer);
    responseHead.parse(
        reader.bytes(), reader.startLineEnd(), reader.length(), MAX_FIELDS, false);
    return responseHead;
  }

  @Benchmark
  public int readAndWriteRequest() throws BadMessageException {
    RequestHead head = readRequest();
    out.clear().add(head.bytes(), 0, head.methodEnd()).add(" /v1/chat/completions HTTP/1.1\r\n");
    return out.lines(head.fields(), (_, _) -> true).field("X-Request-Id", "0").crlf().length();
  }
}
