package dev.alluvium.schemas;

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
          .importPackages("dev.alluvium");

  @Test
  void schemasKnowNobody() {
    noClasses()
        .that()
        .resideInAPackage("dev.alluvium.schemas..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.alluvium.streams..", "dev.alluvium.trainer..", "dev.alluvium.cli..", "ai.djl..")
        .check(classes);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.alluvium.schemas.(*)..").should().beFreeOfCycles().check(classes);
  }
}
