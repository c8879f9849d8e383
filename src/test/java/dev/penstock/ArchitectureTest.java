package dev.penstock;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.File;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The walls between the packages, as docs/design.md draws them. */
class ArchitectureTest {
  private static final JavaClasses PENSTOCK =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.penstock");

  private static final String[] NULL_ANNOTATIONS = {"org.jspecify.annotations"};

  /** CustomResource only carries the data, and a reference to its getSpec names it. */
  private static final DescribedPredicate<JavaClass> KUBERNETES_CLIENT =
      resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..")
          .and(not(equivalentTo(CustomResource.class)))
          .as("belong to the Kubernetes client or the operator SDK");

  @Test
  void modelUsesOnlyTheJdkAndItself() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.penstock.model..")
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage("java..", "dev.penstock.model..")
                    .or(resideInAnyPackage(NULL_ANNOTATIONS))));
  }

  @Test
  void translateUsesNoKubernetesClientAndNoOperatorSdk() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.penstock.translate..")
            .should()
            .dependOnClassesThat(KUBERNETES_CLIENT));
  }

  @Test
  void translateIsPure() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.penstock.translate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.nio.file..", "java.nio.channels..", "java.net.http..", "io.netty..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(File.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now"));
  }

  @Test
  void ownedObjectsAreMadeWithoutAClientOrAClock() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.penstock.operator.resources..")
            .should()
            .dependOnClassesThat(KUBERNETES_CLIENT)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethod(Instant.class, "now"));
  }

  @Test
  void apiTypesUseNothingElseOfPenstock() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.penstock.api..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("dev.penstock..")
                    .and(not(resideInAnyPackage("dev.penstock.api..")))));
  }

  @Test
  void proxyKnowsNothingOfKubernetes() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.penstock.proxy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.penstock.api.."));
  }

  @Test
  void onlyMainAndTheCommandsUseOperatorAndProxy() {
    Stream.of("dev.penstock.operator..", "dev.penstock.proxy..")
        .forEach(
            part ->
                check(
                    noClasses()
                        .that(
                            resideInAnyPackage("dev.penstock..")
                                .and(not(resideInAnyPackage(part, "dev.penstock.cli..")))
                                .and(not(belongToAnyOf(Main.class))))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(part)));
  }

  @Test
  void nobodyUsesTheCommandsButMain() {
    check(
        noClasses()
            .that(
                resideInAnyPackage("dev.penstock..")
                    .and(not(resideInAnyPackage("dev.penstock.cli..")))
                    .and(not(belongToAnyOf(Main.class))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.penstock.cli.."));
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching("dev.penstock.(*)..").should().beFreeOfCycles());
  }

  @Test
  void partsOfTheProxyHaveNoCycles() {
    check(slices().matching("dev.penstock.proxy.(*)..").should().beFreeOfCycles());
  }

  @Test
  void loggingGoesThroughSlf4j() {
    check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
  }

  @Test
  void onlyMainAndTheCommandsPrint() {
    check(
        noClasses()
            .that(not(resideInAnyPackage("dev.penstock.cli..")).and(not(belongToAnyOf(Main.class))))
            .should(ACCESS_STANDARD_STREAMS));
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    List.of("Util", "Utils", "Helper", "Impl", "Manager")
        .forEach(suffix -> check(noClasses().should().haveSimpleNameEndingWith(suffix)));
  }

  @Test
  void everyPackageIsNullMarked() {
    var unmarked =
        PENSTOCK.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(java -> !java.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .sorted()
            .toList();
    assertEquals(List.of(), unmarked, "packages whose package-info.java lacks @NullMarked");
  }

  @Test
  void theRulesSeeTheClasses() {
    assertTrue(PENSTOCK.contain(Main.class), "nothing was imported, so no rule could fail");
  }

  /** A part that is still empty breaks no rule. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(PENSTOCK);
  }
}
