import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What the language model says, and how fast; and vectors that depend on nothing but a text. */
record Tokens(Duration pace) {
  private static final int DIMENSIONS = 64;
  private static final List<String> WORDS =
      List.of(
          "This answer comes from a stand-in, not from a model: the same words, a token at a time, "
              .concat("so that you can see each of them pass the gateway as it is made.")
              .split("(?<= )"));

  /** The tokens of one answer: the text once, or as many tokens as were asked for. */
  List<String> answer(int limit) {
    int count = limit > 0 ? limit : WORDS.size();
    return IntStream.range(0, count).mapToObj(i -> WORDS.get(i % WORDS.size())).toList();
  }

  /** A vector of length 1 with which equal texts are near and others far. */
  static List<Object> embedding(String text) {
    var random = new Random(text.hashCode());
    var raw = random.doubles(DIMENSIONS, -1, 1).toArray();
    double norm = Math.sqrt(Arrays.stream(raw).map(x -> x * x).sum());
    return Arrays.stream(raw).mapToObj(x -> (Object) (double) (float) (x / norm)).toList();
  }
}
