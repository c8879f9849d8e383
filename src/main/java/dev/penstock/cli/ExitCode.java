package dev.penstock.cli;

/** What the program exits with; listed in {@code --help}. */
public final class ExitCode {

  /** All went well; for {@code run}: it was asked to stop, and drained. */
  public static final int OK = 0;

  /** The manifests have problems, or no service answers the URL that was asked about. */
  public static final int PROBLEMS = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** An address cannot be listened on. */
  public static final int CANNOT_LISTEN = 3;

  /** A cluster cannot be reached, or refuses what it is asked. */
  public static final int CLUSTER = 4;

  /** A fault of Penstock itself. */
  public static final int INTERNAL = 70;

  private ExitCode() {}
}
