package dev.penstock.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a step of {@link ScaleRun} takes of the processors, whose it is, and what the API server is
 * asked to write.
 *
 * @param cpuMillis by process
 * @param writes requests by verb and resource
 */
record ScaleCosts(Map<String, Long> cpuMillis, Map<String, Long> writes) {

  private static final Pattern REQUESTS =
      Pattern.compile(
          "^apiserver_request_total\\{.*resource=\"([^\"]*)\".*subresource=\"([^\"]*)\""
              + ".*verb=\"(APPLY|PATCH|POST|PUT|DELETE)\".*} (\\S+)$");

  /** Options by which a process of the API server's is known. */
  private static final Map<String, String> SERVERS =
      Map.of("--etcd-servers", "API server", "--data-dir", "etcd");

  static ScaleCosts of(KubernetesClient client, ScaleOperator operator) {
    var cpu = new TreeMap<String, Long>();
    cpu.put("operator", operator.cpuMillis());
    cpu.put("proxies and clients", millis(ProcessHandle.current()));
    ProcessHandle.current()
        .descendants()
        .forEach(
            process ->
                SERVERS.forEach(
                    (option, name) -> {
                      if (has(process, option)) {
                        cpu.put(name, millis(process));
                      }
                    }));
    return new ScaleCosts(cpu, writes(client.raw("/metrics")));
  }

  private static boolean has(ProcessHandle process, String option) {
    return Arrays.asList(process.info().arguments().orElse(new String[0])).contains(option);
  }

  private static long millis(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toMillis();
  }

  private static Map<String, Long> writes(String metrics) {
    var writes = new TreeMap<String, Long>();
    metrics
        .lines()
        .map(REQUESTS::matcher)
        .filter(Matcher::matches)
        .forEach(
            line -> {
              String resource = line.group(1) + (line.group(2).isEmpty() ? "" : "/");
              String request = line.group(3) + " " + resource + line.group(2);
              writes.merge(request, (long) Double.parseDouble(line.group(4)), Long::sum);
            });
    return writes;
  }

  /** What came since then, in words. */
  String since(ScaleCosts before) {
    return "CPU in ms: %s; writes: %s"
        .formatted(difference(cpuMillis, before.cpuMillis), difference(writes, before.writes));
  }

  private static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> before) {
    var difference = new TreeMap<String, Long>();
    now.forEach((key, value) -> difference.put(key, value - before.getOrDefault(key, 0L)));
    difference.values().removeIf(value -> value == 0);
    return difference;
  }
}
