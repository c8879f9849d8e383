package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.testing.ApiServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code penstock crds --apply} and a real API server. */
class CrdsOnClusterTest {

  @RegisterExtension static final ApiServer API = ApiServer.alone();

  private static final String APPLIED =
      "aigateways.penstock.dev applied\naiservices.penstock.dev applied\n";

  @Test
  void whatAnOlderVersionHadGoesWhoeverAppliedIt() {
    crd().edit(CrdsOnClusterTest::withStaleColumn);
    assertTrue(crd().get().toString().contains(".spec.stale"));
    assertEquals(new CrdsRun(0, APPLIED, ""), CrdsRun.with(admin()));
    assertTrue(!crd().get().toString().contains(".spec.stale"));
    String version = crd().get().getMetadata().getResourceVersion();
    assertEquals(new CrdsRun(0, APPLIED, ""), CrdsRun.with(admin()));
    assertEquals(version, crd().get().getMetadata().getResourceVersion(), "nothing to write");
  }

  @Test
  void whoMayNotApplyThemIsToldSo() {
    var run = CrdsRun.as(API, "default", "nobody");
    assertEquals(4, run.exitCode());
    assertTrue(run.err().contains("forbidden"), run::err);
  }

  @Test
  void aClusterThatIsNotThereIsAnErrorInOneLine() {
    var run =
        CrdsRun.with(
            new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .build());
    assertEquals(4, run.exitCode());
    assertEquals(1, run.err().lines().count(), run::err);
  }

  private static CustomResourceDefinition withStaleColumn(CustomResourceDefinition crd) {
    return crd.edit()
        .editSpec()
        .editFirstVersion()
        .addNewAdditionalPrinterColumn()
        .withName("Stale")
        .withType("string")
        .withJsonPath(".spec.stale")
        .endAdditionalPrinterColumn()
        .endVersion()
        .endSpec()
        .build();
  }

  private static Resource<CustomResourceDefinition> crd() {
    return API.client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("aigateways.penstock.dev");
  }

  private static Config admin() {
    return Config.fromKubeconfig(API.kubeconfig().toFile());
  }
}
