package dev.penstock.operator.cluster;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
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
