package dev.penstock.cli;

import dev.penstock.cli.Certification.Certified;
import dev.penstock.cli.Certification.Flags;
import dev.penstock.config.FileSnapshot;
import dev.penstock.config.FileSource;
import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.config.manifest.ManifestLoader;
import dev.penstock.model.ResourceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All that a served configuration is made from: manifests, and the files of a certificate. */
final class Sources {

  private final List<Path> paths;
  private final Optional<ResourceName> gateway;
  private final Certification certification;
  private final Optional<Flags> flags;
  private final ManifestLoader loader = new ManifestLoader();

  Sources(
      List<Path> paths,
      Optional<ResourceName> gateway,
      Certification certification,
      Optional<Flags> flags) {
    this.paths = List.copyOf(paths);
    this.gateway = gateway;
    this.certification = certification;
    this.flags = flags;
  }

  FileSnapshot read() {
    return FileSource.read(paths);
  }

  LoadedManifests load(FileSnapshot snapshot) {
    return loader.load(snapshot);
  }

  /** The one gateway that is to be served, with its certificates. */
  Certified choose(LoadedManifests loaded) throws CommandFailedException {
    return certification.certify(GatewayChoice.of(loaded, gateway));
  }

  /** Watches manifests and certificate files; each listener is told what to look at again. */
  List<FileSource> watch(
      FileSnapshot first, Consumer<FileSnapshot> manifests, Runnable certificates) {
    List<FileSource> watches = new ArrayList<>();
    watches.add(FileSource.watch(paths, first, manifests));
    flags.ifPresent(
        files -> {
          List<Path> both = List.of(files.chain(), files.key());
          watches.add(FileSource.watch(both, FileSource.read(both), changed -> certificates.run()));
          certificates.run(); // they may have changed since they were read
        });
    return watches;
  }
}
