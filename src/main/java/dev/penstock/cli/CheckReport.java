package dev.penstock.cli;

import dev.penstock.config.manifest.LoadedManifests;
import java.net.URI;
import java.util.Optional;

/** What {@code check} found. */
record CheckReport(LoadedManifests loaded, Optional<Answer> answer) {

  /** What becomes of the URL that was asked about. */
  record Answer(URI url, RouteMatch match) {}

  boolean ok() {
    return loaded.problems().isEmpty()
        && answer.map(each -> each.match() instanceof RouteMatch.Found).orElse(true);
  }
}
