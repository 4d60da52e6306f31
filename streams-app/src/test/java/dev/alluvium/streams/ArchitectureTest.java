package dev.alluvium.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls of this module. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.alluvium.streams");

  @Test
  void looksAtAllPackages() {
    assertThat(CLASSES.size()).isGreaterThan(40);
  }

  @Test
  void neverKnowsTheTrainerOrTheCommandLine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.alluvium.trainer..", "dev.alluvium.cli..")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("dev.alluvium.streams.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void pureClassesDoNotKnowKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.alluvium.streams.mix.fold..",
            "dev.alluvium.streams.watch.fold..",
            "dev.alluvium.streams.watch.measure..",
            "dev.alluvium.streams.text..",
            "dev.alluvium.streams.prompt..",
            "dev.alluvium.streams.policy..",
            "dev.alluvium.streams.config..",
            "dev.alluvium.streams.registry..")
        .or()
        .haveSimpleName("EditionRules")
        .or()
        .haveSimpleName("Asking")
        .or()
        .haveSimpleName("Requests")
        .or()
        .haveSimpleName("AskTotals")
        .or()
        .haveSimpleName("Admission")
        .or()
        .haveSimpleName("Totals")
        .or()
        .haveSimpleName("PolicyProposal")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void theFoldsHaveNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.alluvium.streams.mix.fold..",
            "dev.alluvium.streams.watch.fold..",
            "dev.alluvium.streams.watch.measure..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void onlyTheWiringReadsWholeSettings() {
    classes()
        .that()
        .haveSimpleName("StreamsSettings")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage(
            "dev.alluvium.streams", "dev.alluvium.streams.config", "dev.alluvium.streams.runtime")
        .check(CLASSES);
  }
}
