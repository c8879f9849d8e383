package dev.penstock.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands below a root, and says how they fail. */
public final class Commands {

  private Commands() {}

  /** The root with its commands, ready to be executed. */
  public static CommandLine under(Object root, Object... commands) {
    var line = new CommandLine(root);
    for (Object command : commands) {
      line.addSubcommand(command);
    }
    return line.setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setParameterExceptionHandler(Commands::misused)
        .setExecutionExceptionHandler(Commands::failed)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true);
  }

  /** What is wrong and where to read on; the whole help would hide it. */
  private static int misused(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command, CommandLine.ParseResult result) {
    PrintWriter err = command.getErr();
    err.println("This is a fault of penstock, please report it:");
    e.printStackTrace(err);
    err.flush();
    return ExitCode.INTERNAL;
  }
}
