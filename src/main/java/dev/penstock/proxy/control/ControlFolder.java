package dev.penstock.proxy.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.config.FileWatch;
import dev.penstock.control.ControlPort;
import dev.penstock.model.Certificate;
import dev.penstock.model.Sensitive;
import dev.penstock.proxy.tls.PemIdentity;
import dev.penstock.proxy.tls.TlsProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with certificate, key and tokens of the control port: the mounted Secret. Changes are
 * followed; what cannot be used leaves the last good in use.
 */
public final class ControlFolder {

  private static final Logger LOG = LoggerFactory.getLogger(ControlFolder.class);

  private final Path folder;
  private final ControlKeys keys;
  private volatile Optional<String> problem = Optional.empty();

  public ControlFolder(Path folder, ControlKeys keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /** Why the last reading is not in use; absent when it is. */
  public Optional<String> problem() {
    return problem;
  }

  /** Reads it whenever it may have changed. */
  public FileWatch watch() {
    read();
    List<Path> files =
        Stream.of(ControlPort.CERTIFICATE, ControlPort.KEY, ControlPort.TOKEN)
            .map(folder::resolve)
            .toList();
    return FileWatch.start(files, this::read);
  }

  /** Takes on what is there now. */
  public synchronized void read() {
    try {
      String name = folder.resolve(ControlPort.CERTIFICATE).toString();
      var certificate =
          new Certificate(
              name, text(ControlPort.CERTIFICATE), new Sensitive(text(ControlPort.KEY)));
      PemIdentity identity = PemIdentity.read(certificate);
      List<String> tokens =
          text(ControlPort.TOKEN)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      if (tokens.isEmpty()) {
        throw new IOException(folder.resolve(ControlPort.TOKEN) + " holds no token");
      }
      keys.use(identity);
      keys.accept(tokens);
      problem = Optional.empty();
    } catch (NoSuchFileException e) {
      tell("the control port cannot use " + folder + ": " + e.getFile() + " does not exist");
    } catch (IOException | TlsProblem | IllegalArgumentException e) {
      tell("the control port cannot use " + folder + ": " + e.getMessage());
    }
  }

  private void tell(String what) {
    if (!Optional.of(what).equals(problem)) {
      LOG.warn("{}{}", what, keys.complete() ? "; what was read before stays in use" : "");
    }
    problem = Optional.of(what);
  }

  private String text(String file) throws IOException {
    return new String(Files.readAllBytes(folder.resolve(file)), UTF_8);
  }
}
