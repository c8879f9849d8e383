package dev.penstock.cli;

import dev.penstock.cli.Certification.Certified;
import dev.penstock.config.FileSnapshot;
import dev.penstock.config.manifest.LoadedManifests;
import dev.penstock.model.GatewayConfig;
import java.util.List;

/** Brings changed files to a running proxy, or says why they are not served. */
final class Reload {

  private static final String KEPT = "what was loaded before goes on";

  private final Sources sources;
  private final RunningProxy proxy;
  private final Console console;

  /** What the files say now, also while it is refused; where they have problems: what serves. */
  private LoadedManifests newest;

  private LoadedManifests serving;
  private GatewayConfig served;

  Reload(
      Sources sources,
      RunningProxy proxy,
      Console console,
      LoadedManifests manifests,
      GatewayConfig served) {
    this.sources = sources;
    this.proxy = proxy;
    this.console = console;
    this.newest = manifests;
    this.serving = manifests;
    this.served = served;
  }

  void files(FileSnapshot snapshot) {
    LoadedManifests loaded = sources.load(snapshot);
    if (!loaded.problems().isEmpty()) {
      newest = serving;
      proxy.refused();
      console.event(ProblemCount.of(loaded.problems()) + "; " + KEPT + ":");
      console.lines(loaded.problems());
      return;
    }
    newest = loaded;
    apply(newest);
  }

  /** The same manifests with certificates as they are now. */
  void certificates() {
    if (!apply(newest) && !newest.equals(serving)) {
      // What is wrong may be in the manifests alone; those that serve get the new certificates.
      apply(serving);
    }
  }

  private boolean apply(LoadedManifests loaded) {
    try {
      Certified certified = sources.choose(loaded);
      if (!certified.config().equals(served)) {
        proxy.apply(certified.config());
        tell(ConfigChanges.between(served, certified.config()));
        served = certified.config();
      }
      serving = loaded;
      return true;
    } catch (CommandFailedException e) {
      proxy.refused();
      console.event("not applied, " + KEPT + ": " + e.reason());
    } catch (RefusedConfigException e) {
      // The proxy has counted it.
      console.event("not applied, " + KEPT + ":");
      console.lines(e.problems());
    }
    return false;
  }

  private void tell(List<String> changes) {
    console.event("changed, now served:");
    changes.forEach(change -> console.line("  " + change));
  }
}
