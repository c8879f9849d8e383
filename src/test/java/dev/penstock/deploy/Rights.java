package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What roles allow, and what was made use of: lines such as {@code apps/deployments patch}. */
final class Rights {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Rights() {}

  static Set<String> allowed(List<JsonNode> documents) {
    var all = new TreeSet<String>();
    for (JsonNode document : documents) {
      for (JsonNode rule : document.path("rules")) {
        for (JsonNode group : rule.path("apiGroups")) {
          for (JsonNode resource : rule.path("resources")) {
            for (JsonNode verb : rule.path("verbs")) {
              all.add(line(group.asText(), resource.asText(), verb.asText()));
            }
          }
        }
      }
    }
    return all;
  }

  static Set<String> used(Path auditLog) {
    var all = new TreeSet<String>();
    for (JsonNode event : events(auditLog)) {
      if (event.has("objectRef") && event.path("responseStatus").path("code").asInt() != 403) {
        all.add(line(event, event.path("verb").asText()));
        if (event.path("responseStatus").path("code").asInt() == 201) {
          all.add(line(event, "create")); // also what a server-side apply makes
        }
      }
    }
    return all;
  }

  static Set<String> refused(Path auditLog) {
    var all = new TreeSet<String>();
    for (JsonNode event : events(auditLog)) {
      if (event.path("responseStatus").path("code").asInt() == 403) {
        all.add(line(event, event.path("verb").asText()));
      }
    }
    return all;
  }

  private static String line(JsonNode event, String verb) {
    JsonNode of = event.path("objectRef");
    String part = of.has("subresource") ? "/" + of.path("subresource").asText() : "";
    return line(of.path("apiGroup").asText(), of.path("resource").asText() + part, verb);
  }

  private static String line(String group, String resource, String verb) {
    return group + "/" + resource + " " + verb;
  }

  private static List<JsonNode> events(Path auditLog) {
    try (var lines = Files.lines(auditLog)) {
      return lines.filter(line -> line.endsWith("}")).map(Rights::event).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode event(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }
}
