package dev.penstock.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.Resources.Sample;
import dev.penstock.testing.ApiServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server judges the files of {@code crd/}. */
class CrdFilesTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  static Stream<Sample> valid() {
    return Resources.valid().stream();
  }

  static Stream<Sample> invalid() {
    return Resources.invalid().stream();
  }

  @ParameterizedTest
  @MethodSource
  void valid(Sample sample) {
    Resources.create(API, sample.plural(), sample.resource());
  }

  /** The first line of a file says why. */
  @ParameterizedTest
  @MethodSource
  void invalid(Sample sample) {
    String refusal =
        Resources.refusal(API, sample.plural(), sample.resource()).orElse("it was taken");
    assertTrue(refusal.contains(sample.comment()), refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"aigateways", "aiservices"})
  void everyRuleHasAFileThatBreaksIt(String plural) throws IOException {
    List<String> broken =
        Resources.invalid().stream()
            .filter(sample -> sample.plural().equals(plural))
            .map(Sample::comment)
            .toList();
    var untried = new ArrayList<String>();
    for (Schema schema : Schema.of(plural).all()) {
      schema
          .node()
          .path("x-kubernetes-validations")
          .forEach(
              rule -> {
                String message = rule.path("message").asText();
                if (broken.stream().noneMatch(message::contains)) {
                  untried.add(schema.path() + ": " + message);
                }
              });
    }
    assertEquals(List.of(), untried);
  }
}
