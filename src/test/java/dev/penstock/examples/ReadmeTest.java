package dev.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README from its top: every {@code sh} block, in one shell, against what the first of them
 * starts; the output is that of the {@code text} block below. Needs {@code make build}.
 */
class ReadmeTest {

  private static final Path README = Path.of("README.md");
  private static final String RUN = "make run\n";
  private static final int WALK_SECONDS = 120;

  @TempDir Path root;

  @TestFactory
  List<DynamicTest> everyCommandAnswersAsTheReadmeShows() throws Exception {
    List<Command> commands = Command.of(Fence.of(README));
    assertEquals(RUN, commands.getFirst().script(), "the first command starts the gateway");
    var tests = new ArrayList<DynamicTest>();
    Path banner = root.resolve("gateway.log");
    try (Checkout checkout = Checkout.in(root)) {
      Process gateway = checkout.serve(banner);
      try {
        tests.add(answer(checkout, commands.getFirst(), banner));
        List<Command> others = commands.subList(1, commands.size());
        walk(checkout, others);
        for (int i = 0; i < others.size(); i++) {
          tests.add(answer(checkout, others.get(i), output(i)));
        }
      } finally {
        stop(gateway);
      }
    }
    return tests;
  }

  /** One shell for all, as a newcomer has; each block's output in a file of its own. */
  private void walk(Checkout checkout, List<Command> commands)
      throws IOException, InterruptedException {
    var script = new StringBuilder();
    for (int i = 0; i < commands.size(); i++) {
      String block = checkout.withPorts(commands.get(i).script());
      script.append("{\n").append(block).append("} >'").append(output(i)).append("' 2>&1\n");
    }
    Process shell = checkout.start(script.toString(), root.resolve("shell.log"));
    boolean ended = shell.waitFor(WALK_SECONDS, TimeUnit.SECONDS);
    stop(shell);
    assertTrue(ended, "the commands of the README take longer than " + WALK_SECONDS + " s");
    assertEquals("", Files.readString(root.resolve("shell.log")));
  }

  private Path output(int command) {
    return root.resolve("output-" + command + ".txt");
  }

  private static DynamicTest answer(Checkout checkout, Command command, Path output)
      throws IOException {
    var shown = new Command(command.place(), command.script(), checkout.withPorts(command.shown()));
    List<String> seen = Command.lines(Files.readString(output));
    return dynamicTest(
        command.place(),
        () -> assertLinesMatch(shown.expected(), seen, () -> "seen:\n" + String.join("\n", seen)));
  }

  private static void stop(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
