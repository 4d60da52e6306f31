package dev.alluvium.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.config.SettingsLoader;
import dev.alluvium.trainer.config.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's checks that need no broker. */
class ChecksTest {
  @TempDir private Path directory;

  @Test
  void aDirectoryThatCanBeMadeIsFineAndIsNotMade() {
    Path store = directory.resolve("a/b/c");

    assertThat(Checks.directory("train.store", store.toString()).ok()).isTrue();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aFileInTheWayIsAFault() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    Finding finding = Checks.directory("train.store", file.resolve("store").toString());

    assertThat(finding.ok()).isFalse();
    assertThat(finding.advice()).isEqualTo("set train.store to another one");
  }

  @Test
  void topicsThatCannotBeReadSayNothingAgainstABrokerThatAnswers() {
    List<Finding> findings =
        Checks.cluster(
            "host:1",
            () -> 3,
            () -> {
              throw new CommandFailure("topics cannot be read");
            });

    assertThat(findings)
        .extracting(Finding::check, Finding::ok, Finding::detail)
        .containsExactly(
            tuple("broker", true, "3 at host:1"), tuple("topics", false, "topics cannot be read"));
  }

  @Test
  void withoutABrokerTopicsAreNotAskedFor() {
    List<Finding> findings =
        Checks.cluster(
            "host:1",
            () -> {
              throw new CommandFailure("nobody");
            },
            () -> Finding.good("topics", "asked"));

    assertThat(findings)
        .extracting(Finding::check, Finding::ok, Finding::detail)
        .containsExactly(
            tuple("broker", false, "none answers at host:1"),
            tuple("topics", false, "unknown without a broker"));
  }

  @Test
  void theNativeLibraryLoadsOnTheCpu() {
    TrainSettings train =
        new SettingsLoader(Map.of()).load(Optional.empty(), Map.of()).settings().train();

    assertThat(Checks.nativeLibrary(train).ok()).isTrue();
  }
}
