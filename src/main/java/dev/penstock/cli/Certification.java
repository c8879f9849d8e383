package dev.penstock.cli;

import dev.penstock.model.Certificate;
import dev.penstock.model.GatewayConfig;
import dev.penstock.model.Sensitive;
import dev.penstock.model.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Gives a gateway its certificates: those of the flags, else its own, else a self-signed one. */
final class Certification {

  /** The files of {@code --tls-cert} and {@code --tls-key}. */
  record Flags(Path chain, Path key) {}

  /** A configuration that can be served, and the certificate that was made for it. */
  record Certified(GatewayConfig config, Optional<SelfSigned> selfSigned) {}

  private final Optional<Flags> flags;
  private final SelfSignedStore store;
  private final InetAddress bind;

  Certification(Optional<Flags> flags, SelfSignedStore store, InetAddress bind) {
    this.flags = flags;
    this.store = store;
    this.bind = bind;
  }

  Certified certify(GatewayConfig config) throws CommandFailedException {
    if (config.tls().mode() == Tls.Mode.DISABLED) {
      if (flags.isPresent()) {
        throw new CommandFailedException(
            ExitCode.USAGE,
            "--tls-cert has no effect: %s has tls.mode Disabled".formatted(config.name()));
      }
      return new Certified(config, Optional.empty());
    }
    if (flags.isPresent()) {
      return new Certified(with(config, read(flags.get())), Optional.empty());
    }
    if (!config.tls().certificates().isEmpty()) {
      return new Certified(config, Optional.empty());
    }
    SelfSigned made = store.get(config.name(), names(config));
    return new Certified(with(config, made.certificate()), Optional.of(made));
  }

  private static GatewayConfig with(GatewayConfig config, Certificate certificate) {
    return config.withTls(config.tls().withCertificates(List.of(certificate)));
  }

  private Set<String> names(GatewayConfig config) {
    var names = new TreeSet<>(config.hostnames());
    config.routes().forEach(route -> names.addAll(route.hostnames()));
    names.addAll(List.of("localhost", "127.0.0.1", "::1"));
    if (!bind.isAnyLocalAddress()) {
      names.add(bind.getHostAddress());
    }
    return names;
  }

  private static Certificate read(Flags flags) throws CommandFailedException {
    String chain = text("--tls-cert", flags.chain(), "-----BEGIN CERTIFICATE-----");
    String key = text("--tls-key", flags.key(), "PRIVATE KEY-----");
    return new Certificate(flags.chain().toString(), chain, new Sensitive(key));
  }

  private static String text(String flag, Path file, String mark) throws CommandFailedException {
    try {
      String text = Files.readString(file);
      if (text.contains(mark)) {
        return text;
      }
      throw new CommandFailedException(
          ExitCode.USAGE,
          "%s %s holds no %s in PEM"
              .formatted(flag, file, flag.endsWith("key") ? "private key" : "certificate"));
    } catch (NoSuchFileException e) {
      throw new CommandFailedException(
          ExitCode.USAGE, "%s %s does not exist".formatted(flag, file));
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.USAGE, "%s %s cannot be read: %s".formatted(flag, file, e.getMessage()));
    }
  }
}
