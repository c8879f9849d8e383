package dev.penstock.cli;

import dev.penstock.config.manifest.Suggestion;
import java.io.PrintWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands below a root, and says how they fail. */
public final class Commands {

  /** After {@code -f}, picocli takes an unknown option for a missing file. */
  private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown option: '([^']+)'");

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
    Matcher unknown = UNKNOWN_OPTION.matcher(String.valueOf(e.getMessage()));
    if (unknown.lookingAt()) {
      String mend =
          Suggestion.closest(unknown.group(1), command.getCommandSpec().optionsMap().keySet())
              .map(option -> "; did you mean " + option + "?")
              .orElse("");
      err.println(unknown.group() + mend);
    } else {
      err.println(e.getMessage());
      UnmatchedArgumentException.printSuggestions(e, err);
    }
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
