import java.io.IOException;

/** One service that is stood in for. */
interface StandIn {
  /** The name of the AIService that routes to it. */
  String name();

  /** The port of the original stack. */
  int port();

  /** Half a line for the log: what it answers. */
  String about();

  /** Answers one request; an answer left unmade becomes a 404. */
  void handle(Exchange exchange) throws IOException;
}
