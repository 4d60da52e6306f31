package dev.alluvium.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.alluvium");

  @Test
  void nobodyKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.alluvium.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.alluvium.cli..")
        .check(CLASSES);
  }

  @Test
  void streamsAndTrainerDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.alluvium.streams..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.alluvium.trainer..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.alluvium.trainer..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.alluvium.streams..")
        .check(CLASSES);
  }

  @Test
  void packagesOfTheCommandLineFormNoCycles() {
    slices().matching("dev.alluvium.cli.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheBrokerKnowsKafkasServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.alluvium.cli.broker..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
        .check(CLASSES);
  }
}
