package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.CommandKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays in the store after many commits. */
class RetentionIT {
  private static final int WINDOWS = 7;

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  /** Beside the newest: the two to return to, the one that answers, and parents. */
  @ParameterizedTest
  @CsvSource({"1, 5", "4, 3"})
  void theNewestVersionsStayAndThoseThatAreNeeded(int newest, int first) throws Exception {
    Cluster cluster = runs.namespace("versions-" + newest);
    Map<String, String> settings =
        Map.of("gate.every", "1", "keep.versions", Integer.toString(newest), "keep.promoted", "2");
    write(cluster, 1, 1);
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, settings)) {
      until(train, () -> versions(cluster).size() == 1);
      for (long window = 2; window <= WINDOWS; window++) {
        writer.sums(window, 8);
      }
      writer.control("serve", CommandKind.SERVE, "v000006");
      assertThat(answer(cluster, train, "serve").getAccepted()).isTrue();
      writer.control("gone", CommandKind.SERVE, "v000001");
      assertThat(answer(cluster, train, "gone").getReason()).isEqualTo("weights_gone");
    }

    assertThat(numbers(cluster, "versions"))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(first, WINDOWS).mapToObj("v%06d"::formatted).toList());
    assertThat(numbers(cluster, "checkpoints")).containsExactly("window-000006", "window-000007");

    Cli.Result list = alluvium(cluster, "list");
    assertThat(list.exitCode()).as(list.err()).isEqualTo(ExitCodes.DONE);
    assertThat(list.err()).contains("v000001", "v000007", "serving: v000006");
    Cli.Result show = alluvium(cluster, "show", "v1");
    assertThat(show.exitCode()).as(show.err()).isEqualTo(ExitCodes.DONE);
    assertThat(show.err()).contains("the files of v000001 are kept no more (train.keep.versions)");
    assertThat(alluvium(cluster, "show", "v7").err()).doesNotContain("kept no more");
    String output = runs.directory().resolve("exported-" + newest).toString();
    Cli.Result export = alluvium(cluster, "export", "v000001", "--merged", "--output", output);
    assertThat(export.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(export.err()).contains("the files of v000001 are kept no more");
  }

  /** Four windows are there from the start, and nothing is idle before the last of them. */
  @ParameterizedTest
  @CsvSource({"0, 4", "600, 1"})
  void aCheckpointIsWrittenNoMoreOftenThanWanted(int seconds, int checkpoints) throws Exception {
    Cluster cluster = runs.namespace("every-" + seconds);
    write(cluster, 1, 4);
    runs.trainTo(
        cluster,
        4,
        Map.of(
            "commit.minSeconds",
            Integer.toString(seconds),
            "gate.every",
            "9",
            "keep.checkpoints",
            "9"));
    assertThat(runs.names(cluster, "checkpoints")).hasSize(checkpoints);
  }

  @Test
  void whatACrashLeftBehindGoesAtTheNextStart() throws Exception {
    Cluster cluster = runs.namespace("orphans");
    write(cluster, 1, 2);
    runs.trainTo(cluster, 2, Map.of());
    Path versions = runs.folder(cluster, "versions");
    Path uncommitted = Files.createDirectory(versions.resolve("v000002-0badcafe"));
    Files.writeString(uncommitted.resolve("adapter_model.safetensors"), "half a commit");
    Files.createDirectory(versions.resolve("notes"));
    Files.createDirectory(versions.resolve(".draft-written-now"));
    Path draft = Files.createDirectory(versions.resolve(".draft-old"));
    Files.setLastModifiedTime(draft, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      until(train, () -> !Files.exists(uncommitted));
      until(train, () -> log(train).contains("left over from a crash"));
      assertThat(train.log().lines().filter(line -> line.contains("left over from a crash")))
          .singleElement()
          .satisfies(line -> assertThat(line).contains("INFO", uncommitted.toString()));
    }
    assertThat(numbers(cluster, "versions"))
        .containsExactly(".draft-written-now", "notes", "v000001");
  }

  private static String log(ServiceProcess train) {
    try {
      return train.log();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names without what makes them unique. */
  private static List<String> numbers(Cluster cluster, String folder) throws IOException {
    return runs.names(cluster, folder).stream()
        .map(name -> name.replaceFirst("-[0-9a-f]{8}$", ""))
        .toList();
  }

  private static Cli.Result alluvium(Cluster cluster, String... command) {
    List<String> line = new ArrayList<>(List.of("models"));
    line.addAll(List.of(command));
    line.addAll(
        List.of(
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    return Cli.run(line.toArray(String[]::new));
  }
}
