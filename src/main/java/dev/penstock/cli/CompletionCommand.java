package dev.penstock.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock completion}: completion of commands and options for shells. */
@Command(
    name = "completion",
    description = {
      "Print a completion script.",
      "",
      "  bash: source <(penstock completion bash)",
      "  zsh:  source <(penstock completion zsh)",
      ""
    })
public final class CompletionCommand implements Callable<Integer> {

  /** Both are served by one script, which tells them apart. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    var out = spec.commandLine().getOut();
    if (shell == Shell.zsh) {
      // The script calls bashcompinit, which needs compinit to have run.
      out.println("autoload -Uz compinit && compinit -C");
    }
    out.println(AutoComplete.bash(spec.root().name(), root));
    out.flush();
    return ExitCode.OK;
  }
}
