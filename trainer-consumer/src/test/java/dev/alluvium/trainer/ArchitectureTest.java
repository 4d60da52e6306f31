package dev.alluvium.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.alluvium.trainer");

  @Test
  void trainerKnowsNeitherStreamsNorTheCommandLine() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.alluvium.streams..", "dev.alluvium.cli..")
        .check(classes);
  }

  @Test
  void calculationNeverSeesKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.alluvium.trainer.model..",
            "dev.alluvium.trainer.loss..",
            "dev.alluvium.trainer.optim..",
            "dev.alluvium.trainer.batch..",
            "dev.alluvium.trainer.mixup..",
            "dev.alluvium.trainer.step..",
            "dev.alluvium.trainer.text..",
            "dev.alluvium.trainer.weights..",
            "dev.alluvium.trainer.gate..",
            "dev.alluvium.trainer.checkpoint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..")
        .check(classes);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.alluvium.trainer.(**)").should().beFreeOfCycles().check(classes);
  }
}
