package dev.penstock.cli;

import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.model.Route;
import dev.penstock.model.Tls;
import java.util.ArrayList;
import java.util.List;

/** The findings of a check for people: a line for each problem, then a summary. */
final class CheckText {

  private CheckText() {}

  static String write(CheckReport report) {
    List<String> lines = new ArrayList<>();
    LoadedManifests loaded = report.loaded();
    loaded.problems().forEach(problem -> lines.add(problem.toString()));
    loaded.warnings().forEach(warning -> lines.add("warning: " + warning));
    lines.add(summary(loaded));
    report.answer().ifPresent(answer -> lines.addAll(answer(answer)));
    return String.join(System.lineSeparator(), lines);
  }

  private static String summary(LoadedManifests loaded) {
    if (!loaded.problems().isEmpty()) {
      return ProblemCount.of(loaded.problems()) + ".";
    }
    long services = loaded.gateways().stream().mapToLong(each -> each.routes().size()).sum();
    String skipped =
        loaded.skipped().isEmpty()
            ? ""
            : " Left alone: " + String.join(", ", loaded.skipped()) + ".";
    return "No problem in %s: %s, %s.%s"
        .formatted(
            ProblemCount.many(loaded.files(), "file"),
            ProblemCount.many(loaded.gateways().size(), "gateway"),
            ProblemCount.many(services, "service"),
            skipped);
  }

  private static List<String> answer(CheckReport.Answer answer) {
    return switch (answer.match()) {
      case RouteMatch.NotFound(String why) ->
          List.of("", "No service answers " + answer.url() + ": " + why + ".");
      case RouteMatch.Found found -> found(answer, found);
    };
  }

  private static List<String> found(CheckReport.Answer answer, RouteMatch.Found found) {
    Route route = found.route();
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%s is answered by AIService %s of AIGateway %s."
            .formatted(answer.url(), route.service(), found.gateway().name()));
    var table = new TextTable();
    table.row("upstream", RouteText.url(route.upstream()) + found.target());
    table.row("rate", RouteText.limit(route));
    if (route.concurrency().isPresent()) {
      table.row("concurrency", RouteText.concurrency(route));
    }
    table.row("body", RouteText.body(route.maxBodySize()));
    table.row("timeouts", RouteText.timeouts(route.timeouts()));
    table.row(
        "auth",
        RouteText.auth(route.auth())
            + RouteText.authService(route.auth()).map(url -> ", asks " + url).orElse(""));
    lines.addAll(table.lines());
    boolean redirected =
        "http".equals(answer.url().getScheme())
            && found.gateway().tls().mode() == Tls.Mode.TERMINATE;
    if (redirected) {
      lines.add("http is redirected to https first.");
    }
    return lines;
  }
}
