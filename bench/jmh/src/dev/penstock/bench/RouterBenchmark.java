package dev.penstock.bench;

import dev.penstock.proxy.path.PrefixRouter;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The route of a canonical path among few and many. */
@State(Scope.Benchmark)
public class RouterBenchmark {

  private static final AsciiString HOST = new AsciiString("ai.example.com");

  @Param({"5", "5000"})
  public int routes;

  private PrefixRouter<String> router;
  private AsciiString path;
  private AsciiString missing;

  @Setup
  public void compile() {
    List<String> prefixes =
        IntStream.range(0, routes).mapToObj(i -> "/team-" + i % 50 + "/service-" + i).toList();
    router =
        PrefixRouter.of(
            List.of("ai.example.com"), prefixes, _ -> List.of(), prefix -> prefix, prefix -> prefix);
    path = new AsciiString(prefixes.get(routes / 2) + "/v1/chat/completions");
    missing = new AsciiString("/nobody/v1/chat/completions");
  }

  @Benchmark
  public Optional<String> found() {
    return router.find(HOST, path);
  }

  @Benchmark
  public Optional<String> notFound() {
    return router.find(HOST, missing);
  }
}
