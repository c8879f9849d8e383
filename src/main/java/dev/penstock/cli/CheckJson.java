package dev.penstock.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.config.manifest.ManifestProblem;
import dev.penstock.model.Route;
import java.util.List;

/** The findings of a check for programs. Fields are only ever added. */
final class CheckJson {

  private CheckJson() {}

  static String write(CheckReport report) {
    ObjectNode json = object().put("ok", report.ok()).put("files", report.loaded().files());
    json.set("problems", problems(report.loaded().problems()));
    json.set("warnings", problems(report.loaded().warnings()));
    ArrayNode gateways = json.putArray("gateways");
    report
        .loaded()
        .gateways()
        .forEach(
            gateway -> {
              ObjectNode each = gateways.addObject().put("name", gateway.name().toString());
              ArrayNode services = each.putArray("services");
              gateway.routes().stream()
                  .map(route -> route.service().toString())
                  .sorted()
                  .forEach(services::add);
            });
    ArrayNode skipped = json.putArray("skipped");
    report.loaded().skipped().forEach(skipped::add);
    report.answer().ifPresent(answer -> json.set("url", answer(answer)));
    return json.toPrettyString();
  }

  private static ArrayNode problems(List<ManifestProblem> problems) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (ManifestProblem problem : problems) {
      ObjectNode each = array.addObject();
      each.put("file", problem.place().file()).put("line", problem.place().line());
      problem
          .resource()
          .ifPresent(id -> each.put("kind", id.kind()).put("resource", id.name().toString()));
      each.put("field", problem.field());
      each.put("message", problem.message()).put("mend", problem.mend());
    }
    return array;
  }

  private static ObjectNode answer(CheckReport.Answer answer) {
    ObjectNode json = object().put("url", answer.url().toString());
    switch (answer.match()) {
      case RouteMatch.NotFound(String why) -> json.put("answered", false).put("why", why);
      case RouteMatch.Found found -> {
        json.put("answered", true).put("gateway", found.gateway().name().toString());
        describe(json, found.route(), found.target());
      }
    }
    return json;
  }

  private static void describe(ObjectNode json, Route route, String target) {
    json.put("service", route.service().toString());
    json.put("upstream", RouteText.url(route.upstream()) + target);
    route
        .rateLimit()
        .ifPresent(
            limit -> {
              ObjectNode each = json.putObject("rateLimit");
              each.put("rate", limit.rate().toString()).put("burst", limit.burst());
              limit.delay().ifPresent(delay -> each.put("delay", delay));
              each.put("statusCode", limit.statusCode());
              each.put("mode", RouteText.mode(limit));
            });
    route
        .concurrency()
        .ifPresent(
            given -> {
              ObjectNode each = json.putObject("concurrency");
              each.put("maxInFlight", given.maxInFlight());
              given
                  .queue()
                  .ifPresent(
                      queue ->
                          each.put("maxDepth", queue.maxDepth())
                              .put("queueTimeout", RouteText.duration(queue.timeout())));
            });
    json.put("maxBodyBytes", route.maxBodySize().bytes());
    ObjectNode timeouts = json.putObject("timeouts");
    timeouts.put("connect", RouteText.duration(route.timeouts().connect()));
    timeouts.put("firstByte", RouteText.duration(route.timeouts().firstByte()));
    timeouts.put("idle", RouteText.duration(route.timeouts().idle()));
    route.timeouts().request().ifPresent(all -> timeouts.put("request", RouteText.duration(all)));
    json.put("auth", RouteText.auth(route.auth()));
    RouteText.authService(route.auth()).ifPresent(url -> json.put("authService", url));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
