/** An error in the shape that Chroma's clients turn into an exception of the same name. */
final class ChromaError extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;
  private final String type;

  ChromaError(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }
}
