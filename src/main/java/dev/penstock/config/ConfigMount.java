package dev.penstock.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The folder in which a proxy finds its configuration when nobody pushes one: the {@link Shards} of
 * an envelope as files {@code 0}, {@code 1} and so on.
 */
public final class ConfigMount {

  private final Path folder;
  private final EnvelopeCodec codec = new EnvelopeCodec();

  public ConfigMount(Path folder) {
    this.folder = folder;
  }

  /** What it holds. */
  public sealed interface Content {}

  /** A whole configuration. */
  public record Held(Envelope envelope) implements Content {}

  /**
   * None that can be read.
   *
   * @param problem names the folder
   */
  public record Unusable(String problem) implements Content {}

  /** Reads all of it. */
  public Content read() {
    List<byte[]> shards = new ArrayList<>();
    try {
      for (Path file : files()) {
        if (Files.exists(file)) {
          shards.add(shard(file));
        }
      }
      if (shards.isEmpty()) {
        return new Unusable(folder + " holds no configuration");
      }
      return new Held(codec.decode(Shards.join(shards)));
    } catch (IOException e) {
      return new Unusable(folder + " cannot be read: " + e);
    } catch (ConfigFormatException e) {
      return new Unusable(folder + ": " + e.getMessage());
    }
  }

  private static byte[] shard(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Shards.MAX_SHARD_BYTES + 1); // a longer one has a wrong digest
    }
  }

  /** Hands over what it holds now and whenever it may have changed, on a thread of its own. */
  public FileWatch watch(Consumer<Content> listener) {
    return FileWatch.start(files(), () -> listener.accept(read()));
  }

  private List<Path> files() {
    return IntStream.range(0, Shards.MAX_SHARDS)
        .mapToObj(number -> folder.resolve(Integer.toString(number)))
        .toList();
  }
}
