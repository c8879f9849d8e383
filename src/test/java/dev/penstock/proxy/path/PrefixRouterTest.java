package dev.penstock.proxy.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.model.Hostname;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixRouterTest {

  private record TestRoute(List<String> hostnames, String path, String name) {}

  private static TestRoute route(String path, String... hostnames) {
    return new TestRoute(List.of(hostnames), path, path + Arrays.toString(hostnames));
  }

  private static PrefixRouter<String> router(List<String> gateway, List<TestRoute> routes) {
    return PrefixRouter.of(gateway, routes, TestRoute::hostnames, TestRoute::path, TestRoute::name);
  }

  @ParameterizedTest
  @CsvSource({
    "/stt, /stt[]",
    "/stt/, /stt[]",
    "/stt/v1/x, /stt[]",
    "/sttx, none",
    "/st, none",
    "/STT, none",
    "/Stt/x, none",
    "/stt%20, none",
    "/stt;x, none",
    "/llm/v1, /llm/v1[]",
    "/llm/v1/chat, /llm/v1[]",
    "/llm/v10, /llm[]",
    "/llm/v2/v1, /llm[]",
    "/llm, /llm[]",
    "/, none",
    "/a/b/c/d, /a/b/c[]",
    "/a/b, none"
  })
  void matchesTheLongestPrefixOfWholeSegments(String path, String expected) {
    var router =
        router(List.of(), List.of(route("/stt"), route("/llm"), route("/llm/v1"), route("/a/b/c")));
    assertEquals(expected, router.find("any.example", path).orElse("none"));
  }

  @Test
  void takesTheRootForWhatNoOtherRouteMatches() {
    var router = router(List.of(), List.of(route("/"), route("/stt")));
    assertEquals(Optional.of("/[]"), router.find("a", "/"));
    assertEquals(Optional.of("/[]"), router.find("a", "/sttx/y"));
    assertEquals(Optional.of("/stt[]"), router.find("a", "/stt/y"));
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com, /x, '/[a.example.com]'",
    "b.example.com, /x, '/[*.example.com]'",
    "b.a.example.com, /x, '/[*.a.example.com]'",
    "c.b.a.example.com, /x, '/[*.a.example.com]'",
    "example.com, /x, '/[]'",
    ".example.com, /x, '/[]'",
    "evil-example.com, /x, '/[]'",
    "a.example.com, /only-wild, '/[a.example.com]'",
    "b.example.com, /only-wild, '/only-wild[*.example.com]'",
    "a.example.com, /only-any/x, '/[a.example.com]'",
    "192.0.2.7, /only-any/x, '/only-any[]'"
  })
  void prefersTheMoreExactHost(String host, String path, String expected) {
    var router =
        router(
            List.of(),
            List.of(
                route("/", "a.example.com"),
                route("/", "*.example.com"),
                route("/", "*.a.example.com"),
                route("/only-wild", "*.example.com"),
                route("/only-any"),
                route("/")));
    assertEquals(expected, router.find(host, path).orElse("none"));
  }

  @Test
  void fallsBackToALessExactHostForPathsThatTheExactOneLacks() {
    var router =
        router(
            List.of(),
            List.of(route("/a", "x.example.com"), route("/b", "*.example.com"), route("/c")));
    assertEquals(Optional.of("/a[x.example.com]"), router.find("x.example.com", "/a"));
    assertEquals(Optional.of("/b[*.example.com]"), router.find("x.example.com", "/b"));
    assertEquals(Optional.of("/c[]"), router.find("x.example.com", "/c"));
  }

  @Test
  void answersOnlyForTheHostsOfItsGateway() {
    var router =
        router(
            List.of("ai.example.com", "*.apps.example.com"),
            List.of(
                route("/stt"), route("/own", "x.apps.example.com"), route("/w", "*.example.com")));
    assertEquals(Optional.of("/stt[]"), router.find("ai.example.com", "/stt"));
    assertEquals(Optional.of("/stt[]"), router.find("y.apps.example.com", "/stt"));
    assertEquals(Optional.empty(), router.find("other.example.com", "/stt"));
    assertEquals(Optional.empty(), router.find("apps.example.com", "/stt"));
    assertEquals(
        Optional.of("/own[x.apps.example.com]"), router.find("x.apps.example.com", "/own"));
    assertEquals(Optional.empty(), router.find("y.apps.example.com", "/own"));
    assertEquals(Optional.of("/w[*.example.com]"), router.find("ai.example.com", "/w"));
    assertEquals(Optional.of("/w[*.example.com]"), router.find("z.apps.example.com", "/w"));
    assertEquals(Optional.empty(), router.find("z.example.com", "/w"));
  }

  @Test
  void letsARouteWithoutHostsCompeteByItsPathWhereTheGatewayNamesItsHosts() {
    var router =
        router(List.of("ai.example.com"), List.of(route("/", "ai.example.com"), route("/stt")));
    assertEquals(Optional.of("/stt[]"), router.find("ai.example.com", "/stt/x"));
    assertEquals(Optional.of("/[ai.example.com]"), router.find("ai.example.com", "/x"));
  }

  @Test
  void prefersTheRouteThatNamesTheHostItself() {
    var router =
        router(List.of("ai.example.com"), List.of(route("/stt"), route("/stt", "ai.example.com")));
    assertEquals(Optional.of("/stt[ai.example.com]"), router.find("ai.example.com", "/stt"));
  }

  @Test
  void findsNothingWithoutRoutes() {
    assertEquals(Optional.empty(), router(List.of(), List.of()).find("a", "/"));
  }

  @Test
  void readsViewsIntoALargerBuffer() {
    var router = router(List.of(), List.of(route("/stt", "a.example")));
    AsciiString line = new AsciiString("GET /stt/x Host: a.example");
    assertEquals(
        Optional.of("/stt[a.example]"),
        router.find(line.subSequence(17, 26, false), line.subSequence(4, 10, false)));
  }

  @Test
  void findsEachOfFiveThousandRoutes() {
    List<TestRoute> routes =
        IntStream.range(0, 5_000).mapToObj(i -> route("/team-" + i % 71 + "/svc-" + i)).toList();
    var router = router(List.of(), routes);
    for (TestRoute route : routes) {
      assertEquals(Optional.of(route.name()), router.find("h", route.path() + "/v1/x"));
      assertEquals(Optional.empty(), router.find("h", route.path() + "x"));
    }
  }

  @Test
  void agreesWithANaiveSearchOnRandomRoutesAndRequests() {
    var random = new Random(7);
    String[] hosts = {"a.x", "b.x", "c.a.x", "d.c.a.x", "x", "y"};
    String[] patterns = {"a.x", "b.x", "*.x", "*.a.x", "c.a.x"};
    int found = 0;
    for (int round = 0; round < 2_000; round++) {
      var routes = new ArrayList<TestRoute>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        TestRoute route =
            random.nextInt(3) == 0
                ? route(path(random, 3))
                : route(path(random, 3), patterns[random.nextInt(patterns.length)]);
        if (routes.stream().noneMatch(r -> r.name().equals(route.name()))) {
          routes.add(route);
        }
      }
      var router = router(List.of(), routes);
      for (int i = 0; i < 20; i++) {
        String host = hosts[random.nextInt(hosts.length)];
        String path = path(random, 5) + (random.nextBoolean() ? "" : "/");
        String canonical = path.replace("//", "/");
        Optional<String> expected = naive(routes, host, canonical);
        assertEquals(expected, router.find(host, canonical), () -> host + canonical + routes);
        found += expected.isPresent() ? 1 : 0;
      }
    }
    assertTrue(found > 10_000, "only " + found + " were found");
  }

  private static String path(Random random, int segments) {
    var path = new StringBuilder();
    for (int i = random.nextInt(segments + 1); i > 0; i--) {
      path.append('/').append("a".repeat(1 + random.nextInt(2)));
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private static Optional<String> naive(List<TestRoute> routes, String host, String path) {
    return routes.stream()
        .filter(r -> r.hostnames().isEmpty() || Hostname.covers(r.hostnames().getFirst(), host))
        .filter(r -> (path + "/").startsWith(r.path().equals("/") ? "/" : r.path() + "/"))
        .max(
            Comparator.<TestRoute>comparingInt(r -> exactness(r, host))
                .thenComparingInt(r -> r.path().length()))
        .map(TestRoute::name);
  }

  private static int exactness(TestRoute route, String host) {
    if (route.hostnames().isEmpty()) {
      return 0;
    }
    String pattern = route.hostnames().getFirst();
    return pattern.equals(host) ? Integer.MAX_VALUE : pattern.length();
  }
}
