package dev.penstock.operator.resources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.api.v1alpha1.Autoscaling;
import dev.penstock.api.v1alpha1.ProxyService;
import dev.penstock.api.v1alpha1.ProxySpec;
import dev.penstock.testing.GoldenCases;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final GoldenCases CASES =
      new GoldenCases(Golden.CASES, Set.of(GATEWAY, "in-service.yaml"));

  static List<String> cases() throws IOException {
    return CASES.names();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void objectsAreWhatTheFolderSays(String name) throws IOException {
    CASES.assertOutputs(name, build(name));
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
}
