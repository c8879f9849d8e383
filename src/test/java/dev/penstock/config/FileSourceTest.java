package dev.penstock.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {

  @TempDir Path folder;

  private final BlockingQueue<FileSnapshot> changes = new LinkedBlockingQueue<>();
  private FileSource source;

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
  }

  @Test
  void aFolderIsReadInOrderWithTheFoldersInItAndWithoutHiddenOrOtherFiles() throws IOException {
    for (String name :
        List.of("b.yaml", "a.yml", "sub/c.json", ".hidden.yaml", "..data/d.yaml", "notes.txt")) {
      write(name, name);
    }
    assertEquals(List.of("a.yml", "b.yaml", "sub/c.json"), texts(FileSource.read(List.of(folder))));
  }

  @Test
  void aFileThatIsNamedCountsWhateverItsNameIs() throws IOException {
    write("gateway.conf", "x");
    assertEquals(List.of("x"), texts(FileSource.read(List.of(folder.resolve("gateway.conf")))));
  }

  @Test
  void whatCannotBeReadIsAProblem() throws IOException {
    Files.write(folder.resolve("latin.yaml"), new byte[] {(byte) 0xe9});
    Files.write(folder.resolve("large.yaml"), new byte[(3 << 20) + 1]);
    Files.createDirectory(folder.resolve("empty"));
    var snapshot =
        FileSource.read(List.of(folder, folder.resolve("empty"), folder.resolve("gone")));
    assertEquals(
        List.of(
            "large.yaml is larger than 3 MiB; split it",
            "latin.yaml is not UTF-8 text",
            "empty holds no file named *.yaml, *.yml or *.json",
            "gone does not exist"),
        snapshot.problems().stream()
            .map(each -> each.path().getFileName() + " " + each.message())
            .sorted((a, b) -> Integer.compare(order(a), order(b)))
            .toList());
  }

  private static int order(String problem) {
    return List.of("large", "latin", "empty", "gone")
        .indexOf(problem.substring(0, problem.startsWith("gone") ? 4 : 5));
  }

  @Test
  void aChangedFileIsHandedOverWithAllTheOthers() throws Exception {
    write("a.yaml", "1");
    write("b.yaml", "1");
    watch();
    write("b.yaml", "2");
    assertEquals(List.of("1", "2"), texts(next()));
  }

  @Test
  void newFoldersAndRemovedFilesAreSeen() throws Exception {
    write("a.yaml", "1");
    watch();
    write("sub/b.yaml", "2");
    assertEquals(List.of("1", "2"), texts(nextWith(2)));
    write("sub/b.yaml", "3");
    assertEquals(List.of("1", "3"), texts(next()));
    Files.delete(folder.resolve("a.yaml"));
    assertEquals(List.of("3"), texts(next()));
  }

  @Test
  void theSwapOfAMountedVolumeIsSeen() throws Exception {
    mountedVolume("..2026_01", "old");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(folder.resolve("gateway.yaml"), Path.of("..data/gateway.yaml"));
    watch();
    swap("..2026_02", "new");
    assertEquals(List.of("new"), texts(next()));
    swap("..2026_03", "newest");
    assertEquals(List.of("newest"), texts(next()));
  }

  @Test
  void theSwapIsSeenForASingleFileAndWithoutEvents() throws Exception {
    mountedVolume("..2026_01", "old");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_01"));
    Files.createSymbolicLink(folder.resolve("gateway.yaml"), Path.of("..data/gateway.yaml"));
    List<Path> roots = List.of(folder.resolve("gateway.yaml"));
    source =
        FileSource.start(
            roots, Wake.byTime(), Duration.ofMillis(20), FileSource.read(roots), changes::add);
    swap("..2026_02", "new");
    assertEquals(List.of("new"), texts(next()));
  }

  @Test
  void aBurstIsHandedOverOnce() throws Exception {
    write("a.yaml", "0");
    watch();
    for (int i = 1; i <= 50; i++) {
      write("a.yaml", String.valueOf(i));
    }
    assertEquals(List.of("50"), texts(next()));
    assertTrue(changes.isEmpty(), "a half-written state was handed over");
  }

  @Test
  void aFileThatIsGoneIsAProblemAndItsReturnEndsIt() throws Exception {
    write("a.yaml", "1");
    List<Path> roots = List.of(folder.resolve("a.yaml"));
    source = FileSource.watch(roots, FileSource.read(roots), changes::add);
    Files.delete(folder.resolve("a.yaml"));
    assertEquals("does not exist", next().problems().getFirst().message());
    write("a.yaml", "2");
    assertEquals(List.of("2"), texts(next()));
  }

  @Test
  void whatChangedBetweenReadingAndWatchingIsNotMissed() throws Exception {
    write("a.yaml", "1");
    FileSnapshot first = FileSource.read(List.of(folder));
    write("a.yaml", "2");
    source = FileSource.watch(List.of(folder), first, changes::add);
    assertEquals(List.of("2"), texts(next()));
  }

  private void watch() {
    List<Path> roots = List.of(folder);
    source = FileSource.watch(roots, FileSource.read(roots), changes::add);
  }

  private void mountedVolume(String version, String text) throws IOException {
    Files.createDirectory(folder.resolve(version));
    Files.writeString(folder.resolve(version).resolve("gateway.yaml"), text);
  }

  /** As the kubelet's atomic writer does it. */
  private void swap(String version, String text) throws IOException {
    Path old = Files.readSymbolicLink(folder.resolve("..data"));
    mountedVolume(version, text);
    Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
    Files.move(
        folder.resolve("..data_tmp"), folder.resolve("..data"), ATOMIC_MOVE, REPLACE_EXISTING);
    Files.delete(folder.resolve(old).resolve("gateway.yaml"));
    Files.delete(folder.resolve(old));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private FileSnapshot next() throws InterruptedException {
    FileSnapshot next = changes.poll(10, TimeUnit.SECONDS);
    assertNotNull(next, "nothing was handed over");
    return next;
  }

  private FileSnapshot nextWith(int files) throws InterruptedException {
    FileSnapshot next = next();
    return next.files().size() == files ? next : nextWith(files);
  }

  private static List<String> texts(FileSnapshot snapshot) {
    return snapshot.files().stream().map(FileSnapshot.File::text).toList();
  }
}
