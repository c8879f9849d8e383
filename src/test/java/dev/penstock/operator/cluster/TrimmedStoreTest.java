package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TrimmedStoreTest {

  private final TrimmedStore<ConfigMap> store = new TrimmedStore<>(Trims::nothing);

  @Test
  void whatIsOlderThanWhatIsKnownIsLeft() {
    ConfigMap newer = map("one", "10");
    store.put("a/b", newer);
    assertSame(newer, store.put("a/b", map("one", "9")));
    assertSame(newer, store.get("a/b"));
    ConfigMap newest = map("one", "11");
    store.put("a/b", newest);
    assertSame(newest, store.get("a/b"));
  }

  @Test
  void whatWasMadeAnewIsAnother() {
    store.put("a/b", map("one", "10"));
    ConfigMap other = map("two", "9");
    store.put("a/b", other);
    assertSame(other, store.get("a/b"));
  }

  @Test
  void whoManagesWhichFieldIsNotKept() {
    ConfigMap managed = map("one", "1");
    managed.getMetadata().setManagedFields(List.of(new ManagedFieldsEntry()));
    store.put("a/b", managed);
    assertNull(store.get("a/b").getMetadata().getManagedFields());
  }

  @Test
  void anObjectThatChangesIsAtEveryMomentFoundByItsKeys() throws Exception {
    store.index("kind", map -> List.of("all", map.getMetadata().getUid()));
    store.put("a/b", map("one", "1"));
    var missed = new AtomicBoolean();
    var over = new AtomicBoolean();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    missed.compareAndSet(false, store.byIndex("kind", "all").count() != 1);
                  }
                });
    for (int version = 2; version < 100_000 && !missed.get(); version++) {
      store.put("a/b", map("one", Integer.toString(version)));
    }
    over.set(true);
    reader.join();
    assertFalse(missed.get());
  }

  @Test
  void aKeyFindsWhatHasItNow() {
    store.index("uid", map -> List.of(map.getMetadata().getUid()));
    store.put("a/b", map("one", "1"));
    ConfigMap other = map("two", "1");
    store.put("a/b", other);
    assertEquals(List.of(), store.byIndex("uid", "one").toList());
    assertEquals(List.of(other), store.byIndex("uid", "two").toList());
    store.remove("a/b");
    assertEquals(List.of(), store.byIndex("uid", "two").toList());
    store.remove("a/b");
  }

  private static ConfigMap map(String uid, String version) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace("a")
        .withName("b")
        .withUid(uid)
        .withResourceVersion(version)
        .endMetadata()
        .build();
  }
}
