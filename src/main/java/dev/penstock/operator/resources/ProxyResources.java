package dev.penstock.operator.resources;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** CPU and memory of a proxy, and what its JVM has to know of them. */
final class ProxyResources {

  /** The launcher adds its words to the JVM's options; the last one wins. */
  static final String OPTIONS_VARIABLE = "PENSTOCK_JAVA_OPTS";

  private static final String CPU = "cpu";
  private static final String MEMORY = "memory";

  private static final Quantity DEFAULT_CPU = new Quantity("250m");

  /** Heap, buffers, and the JVM itself: a third each. */
  private static final Quantity DEFAULT_MEMORY = new Quantity("768Mi");

  private static final int LEAST_PROCESSORS = 2;
  private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1 << 20);

  private ProxyResources() {}

  /**
   * What the gateway says; of CPU and memory the one that it does not mention is as by default: a
   * share of a processor without a limit, since a throttled proxy makes everybody wait.
   */
  static ResourceRequirements of(@Nullable ResourceRequirements given) {
    var wanted = given == null ? new ResourceRequirements() : given;
    Map<String, Quantity> requests = copy(wanted.getRequests());
    Map<String, Quantity> limits = copy(wanted.getLimits());
    if (!requests.containsKey(CPU) && !limits.containsKey(CPU)) {
      requests.put(CPU, DEFAULT_CPU);
    }
    if (!requests.containsKey(MEMORY) && !limits.containsKey(MEMORY)) {
      requests.put(MEMORY, DEFAULT_MEMORY);
      limits.put(MEMORY, DEFAULT_MEMORY);
    }
    return new ResourceRequirementsBuilder(wanted)
        .withRequests(requests)
        .withLimits(limits)
        .build();
  }

  /** Options of the JVM; empty where the launcher's own are right. */
  static String options(ResourceRequirements resources) {
    var options = new ArrayList<String>();
    amount(resources.getLimits(), MEMORY).ifPresent(limit -> options.addAll(memory(limit)));
    if (amount(resources.getLimits(), CPU).isEmpty()) {
      amount(resources.getRequests(), CPU).ifPresent(request -> options.add(processors(request)));
    }
    return String.join(" ", options);
  }

  private static List<String> memory(BigDecimal limit) {
    var third = limit.divide(BigDecimal.valueOf(3).multiply(MEBIBYTE), RoundingMode.DOWN);
    return List.of(
        "-XX:MaxRAMPercentage=33", "-XX:MaxDirectMemorySize=" + third.toBigInteger() + "m");
  }

  /**
   * The JVM knows a limit, not a request: without this it would start threads, and their buffers,
   * for every processor of a large node.
   */
  private static String processors(BigDecimal request) {
    int twice = request.multiply(BigDecimal.TWO).setScale(0, RoundingMode.UP).intValue();
    return "-XX:ActiveProcessorCount=" + Math.max(LEAST_PROCESSORS, twice);
  }

  private static Optional<BigDecimal> amount(Map<String, Quantity> quantities, String name) {
    return Optional.ofNullable(quantities.get(name)).map(Quantity::getNumericalAmount);
  }

  private static Map<String, Quantity> copy(@Nullable Map<String, Quantity> quantities) {
    return new TreeMap<>(Objects.requireNonNullElse(quantities, Map.of()));
  }
}
