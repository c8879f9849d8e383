package dev.penstock.config.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CustomResourceDefinitions that this version was built with. */
public final class Crds {

  private static final List<String> FILES =
      List.of("aigateways.penstock.dev.yaml", "aiservices.penstock.dev.yaml");

  private Crds() {}

  /** The files as they are released, to be applied to a cluster. */
  public static List<PackagedFile> packaged() {
    return FILES.stream().map(Crds::read).toList();
  }

  private static PackagedFile read(String name) {
    try (InputStream in = Crds.class.getResourceAsStream("/crds/" + name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks its resource crds/" + name);
      }
      return new PackagedFile(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
