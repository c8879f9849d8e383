package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.api.v1alpha1.Autoscaling;
import dev.penstock.api.v1alpha1.ProxyService;
import dev.penstock.api.v1alpha1.ProxySpec;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder is a case: {@code in-gateway.yaml} or {@code in-service.yaml} gives {@code
 * out-objects.yaml}; of a gateway that is not the one with defaults only what is not as with
 * defaults is written, into {@code out-changes.txt}. With {@code -Dgolden.update=true} the outputs
 * are written anew.
 */
class OwnedObjectsGoldenTest {

  private static final String GATEWAY = "in-gateway.yaml";
  private static final Set<String> INPUTS = Set.of(GATEWAY, "in-service.yaml");

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(Golden.CASES)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void objectsAreWhatTheFolderSays(String name) throws IOException {
    Map<String, String> actual = build(name);
    if (Boolean.getBoolean("golden.update")) {
      write(Golden.CASES.resolve(name), actual);
    }
    assertEquals(outputs(Golden.CASES.resolve(name)), actual);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSameInputGivesTheSameObjects(String name) throws IOException {
    assertEquals(build(name), build(name));
  }

  @Test
  void everyFieldOfTheProxyHasACaseThatShowsItsEffect() throws IOException {
    var without = new ArrayList<String>();
    for (String field : fields("proxy", ProxySpec.class)) {
      boolean shown = false;
      for (String name : cases()) {
        shown |= name.equals(field) && !build(name).containsValue("none\n");
      }
      if (!shown) {
        without.add(field);
      }
    }
    assertEquals(List.of(), without);
  }

  private static List<String> fields(String prefix, Class<?> type) {
    var fields = new ArrayList<String>();
    for (RecordComponent field : type.getRecordComponents()) {
      String name = prefix + "-" + field.getName();
      if (field.getType() == Autoscaling.class || field.getType() == ProxyService.class) {
        fields.addAll(fields(name, field.getType()));
      } else {
        fields.add(name);
      }
    }
    return fields;
  }

  private static Map<String, String> build(String name) throws IOException {
    if (!Files.exists(Golden.CASES.resolve(name).resolve(GATEWAY))) {
      BackendObjects objects = BackendObjects.of(Golden.service(name));
      return Map.of("out-objects.yaml", Golden.yaml(objects.wanted(), objects.unwanted()));
    }
    GatewayObjects objects = GatewayObjects.of(Golden.shape(name));
    if (name.equals(Golden.DEFAULTS)) {
      return Map.of("out-objects.yaml", Golden.yaml(objects.wanted(), objects.unwanted()));
    }
    GatewayObjects defaults = GatewayObjects.of(Golden.shape(Golden.DEFAULTS));
    return Map.of("out-changes.txt", Golden.changes(defaults, objects));
  }

  /** Every file that is no input, so that one that nothing writes makes a difference. */
  private static Map<String, String> outputs(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> listed = Files.list(folder)) {
      for (Path file : listed.toList()) {
        String name = file.getFileName().toString();
        if (!INPUTS.contains(name)) {
          files.put(name, Files.readString(file));
        }
      }
    }
    return files;
  }

  private static void write(Path folder, Map<String, String> files) throws IOException {
    for (String old : outputs(folder).keySet()) {
      assertTrue(old.startsWith("out-"), () -> "unused file " + old);
      Files.delete(folder.resolve(old));
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
