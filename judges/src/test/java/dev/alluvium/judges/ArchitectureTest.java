package dev.alluvium.judges;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.alluvium.judges");

  @Test
  void onlyTheRecordsKnowSchemas() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.alluvium.judges.record..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.alluvium.schemas..")
        .check(classes);
  }

  @Test
  void judgesKnowNoOtherModuleAndNoKafka() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.alluvium.streams..",
            "dev.alluvium.trainer..",
            "dev.alluvium.cli..",
            "org.apache.kafka..")
        .check(classes);
  }

  @Test
  void pureJudgesStartNoProcessesAndReadNoFiles() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.alluvium.judges.number..",
            "dev.alluvium.judges.choice..",
            "dev.alluvium.judges.polar..",
            "dev.alluvium.judges.span..",
            "dev.alluvium.judges.similarity..",
            "dev.alluvium.judges.text..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.alluvium.judges.sandbox..", "java.nio.file..", "java.net..")
        .check(classes);
  }

  @Test
  void theCoreFindsJudgesByNameOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.alluvium.judges")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.alluvium.judges.number..",
            "dev.alluvium.judges.choice..",
            "dev.alluvium.judges.polar..",
            "dev.alluvium.judges.span..",
            "dev.alluvium.judges.similarity..",
            "dev.alluvium.judges.code..")
        .check(classes);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("dev.alluvium.judges.(*)..").should().beFreeOfCycles().check(classes);
  }
}
