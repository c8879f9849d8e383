package dev.penstock.translate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.penstock.model.AuthPolicy;
import dev.penstock.model.ByteSize;
import dev.penstock.model.Cidr;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Rate;
import dev.penstock.model.ResourceName;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Upstream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How results of translation are written down for people to review. */
final class GoldenOutput {

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "mode")
  private interface Named {}

  /** Only where a cluster knows addresses. */
  interface Ready {
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    Optional<List<Upstream.Endpoint>> ready();

    @JsonIgnore
    boolean isMissing();

    @JsonIgnore
    boolean isIdle();
  }

  private static final ObjectMapper YAML = mapper();

  private GoldenOutput() {}

  static String config(GatewayConfig config) throws JsonProcessingException {
    return YAML.writeValueAsString(config);
  }

  static String outcome(Translation translation, List<Problem> missingParents)
      throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("attached", translation.attached());
    var conditions = new LinkedHashMap<String, String>();
    Stream.concat(Stream.of(translation.gateway()), translation.services().stream())
        .forEach(
            outcome ->
                conditions.put(
                    outcome.resource().toString(),
                    "Accepted="
                        + text(outcome.accepted())
                        + " ResolvedRefs="
                        + text(outcome.resolvedRefs())));
    all.put("conditions", conditions);
    var problems = new ArrayList<Map<String, String>>();
    Stream.concat(translation.problems().stream(), missingParents.stream())
        .forEach(problem -> problems.add(entry(problem)));
    all.put("problems", problems);
    return YAML.writeValueAsString(all);
  }

  private static String text(Outcome.Finding finding) {
    return finding.holds() ? "True" : "False(" + finding.reason().word() + ")";
  }

  private static Map<String, String> entry(Problem problem) {
    var entry = new LinkedHashMap<String, String>();
    entry.put("resource", problem.resource().toString());
    entry.put("field", problem.field());
    entry.put("severity", problem.severity().name());
    entry.put("reason", problem.reason().word());
    entry.put("message", problem.message());
    return entry;
  }

  private static ObjectMapper mapper() {
    var factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();
    var texts = new SimpleModule();
    for (Class<?> type :
        List.of(ByteSize.class, Cidr.class, Rate.class, ResourceName.class, Sensitive.class)) {
      texts.addSerializer(type, ToStringSerializer.instance);
    }
    return new ObjectMapper(factory)
        .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT)
        .registerModules(new Jdk8Module(), new JavaTimeModule(), texts)
        .addMixIn(AuthPolicy.class, Named.class)
        .addMixIn(Upstream.class, Ready.class)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }
}
