package dev.penstock.config;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Woken by the events of the operating system (inotify); which ones they are does not matter. */
final class EventWake implements Wake {

  private final WatchService service;
  private final Map<Path, WatchKey> keys = new HashMap<>();

  private EventWake(WatchService service) {
    this.service = service;
  }

  /** Falls back to time alone where the system has no events left to give. */
  static Wake open() {
    try {
      return new EventWake(FileSystems.getDefault().newWatchService());
    } catch (IOException | UnsupportedOperationException e) {
      return Wake.byTime();
    }
  }

  @Override
  public void watch(Set<Path> folders) {
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean gone = !folders.contains(entry.getKey()) || !entry.getValue().isValid();
              if (gone) {
                entry.getValue().cancel();
              }
              return gone;
            });
    for (Path folder : folders) {
      if (!keys.containsKey(folder)) {
        register(folder);
      }
    }
  }

  private void register(Path folder) {
    try {
      keys.put(folder, folder.register(service, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY));
    } catch (IOException | ClosedWatchServiceException e) {
      keys.remove(folder); // out of watches, or gone: the regular look finds what happens there
    }
  }

  @Override
  public void await(Duration limit) throws InterruptedException {
    try {
      WatchKey key = service.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      while (key != null) {
        key.pollEvents();
        key.reset();
        key = service.poll();
      }
    } catch (ClosedWatchServiceException e) {
      throw new InterruptedException();
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      keys.clear(); // nothing is left to be released
    }
  }
}
