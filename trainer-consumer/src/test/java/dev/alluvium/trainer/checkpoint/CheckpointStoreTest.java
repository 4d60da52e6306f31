package dev.alluvium.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Prompt;
import dev.alluvium.schemas.avro.SourcePosition;
import dev.alluvium.trainer.files.DurableDirectory;
import dev.alluvium.trainer.gate.Anchors;
import dev.alluvium.trainer.gate.BestAnswers;
import dev.alluvium.trainer.gate.BestScores;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import dev.alluvium.trainer.gate.WrittenAnswers;
import dev.alluvium.trainer.guard.GaugeText;
import dev.alluvium.trainer.guard.GaugeTexts;
import dev.alluvium.trainer.guard.GuardMemory;
import dev.alluvium.trainer.guard.LossHistory;
import dev.alluvium.trainer.guard.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointStoreTest {
  private static final TrainingPosition POSITION =
      new TrainingPosition(
          77,
          4,
          2,
          31,
          1,
          "v000001",
          List.of("window-000003-99"),
          List.of("window-000002-aa"),
          false,
          List.of(new LeftBehind(3, 4, 1, 1)),
          new GuardMemory(
              new LossHistory(Map.of("", List.of(2.5, 2.25)), 1),
              Transfer.none().trained(List.of("math"))),
          List.of(new ErasedProbe("p0", 70)),
          "sd",
          "fit",
          "base");

  @TempDir private Path root;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(root);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    List<Probe> probes = List.of(probe("p1"), probe("p2"));
    ProbeScores reference = new ProbeScores(Map.of("p1", new ProbeScore("math", 1.5, 3, true)));

    BestScores best = BestScores.none().withPromoted("v000001", reference, 1);
    assertThat(best.bySkill()).containsOnlyKeys("math");
    ProbeScores base = new ProbeScores(Map.of("p2", new ProbeScore("math", 2.5, 3, false)));
    Anchors anchors = new Anchors(base, reference, best);
    GaugeTexts gauge =
        new GaugeTexts(List.of(new GaugeText("p1", "math", List.of(5, 6, 7), 2)), reference);

    WrittenAnswers answers =
        new WrittenAnswers(
            "h",
            Map.of("p1", true),
            Map.of("p2", false),
            Map.of("math", new BestAnswers("v000001", 2, Map.of("p2", true))));

    Checkpoint written =
        store.write(
            POSITION, probes, anchors, gauge, answers, file -> Files.writeString(file, "x"));
    Checkpoint read = store.read(written.name());

    assertThat(read).isEqualTo(written);
    assertThat(read.name()).startsWith("window-000004-");
    assertThat(read.state()).hasContent("x");
  }

  /** As trainers wrote it before there were written answers, and write it where none is wanted. */
  @Test
  void aCheckpointWithoutWrittenAnswersHasNoFileOfThem() {
    Checkpoint written =
        store.write(
            POSITION,
            List.of(),
            Anchors.none(),
            GaugeTexts.none(),
            WrittenAnswers.none(),
            file -> Files.writeString(file, "x"));

    assertThat(written.directory().resolve("answers.json")).doesNotExist();
    assertThat(store.read(written.name()).answers()).isEqualTo(WrittenAnswers.none());
  }

  /** As trainers wrote it before there was a best version. */
  @Test
  void aCheckpointWithoutABestVersionIsReadAsOneWhereTheBaseModelCounts() throws IOException {
    Checkpoint written =
        store.write(
            POSITION,
            List.of(),
            Anchors.none(),
            GaugeTexts.none(),
            WrittenAnswers.none(),
            file -> Files.writeString(file, "x"));
    Files.delete(written.directory().resolve("best.json"));
    Files.delete(written.directory().resolve("base.json"));
    Files.writeString(
        written.directory().resolve("answers.json"),
        "{\"how\":\"h\",\"base\":{},\"promoted\":{\"p1\":true}}");
    Files.delete(written.directory().resolve("manifest.json"));
    CheckpointManifest.write(written.directory());

    Checkpoint read = store.read(written.name());
    assertThat(read.anchors()).isEqualTo(Anchors.none());
    assertThat(read.answers())
        .isEqualTo(new WrittenAnswers("h", Map.of(), Map.of("p1", true), Map.of()));
  }

  @Test
  void leavesNothingBehindWhenTheStateCannotBeWritten() throws IOException {
    assertThatThrownBy(
            () ->
                store.write(
                    POSITION,
                    List.of(),
                    Anchors.none(),
                    GaugeTexts.none(),
                    WrittenAnswers.none(),
                    file -> {
                      throw new IOException("disk full");
                    }))
        .hasMessageContaining("disk full");

    try (Stream<Path> left = Files.list(root.resolve("checkpoints"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesProbesThatAreCutOff() throws IOException {
    String name =
        store
            .write(
                POSITION,
                List.of(probe("p1"), probe("p2")),
                Anchors.none(),
                GaugeTexts.none(),
                WrittenAnswers.none(),
                file -> Files.writeString(file, "x"))
            .name();
    Path probes = root.resolve("checkpoints").resolve(name).resolve("probes.avro");
    byte[] bytes = Files.readAllBytes(probes);
    for (int length : new int[] {bytes.length / 2, bytes.length - 20, bytes.length - 1}) {
      Files.write(probes, Arrays.copyOf(bytes, length));

      assertThatThrownBy(() -> store.read(name))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(UnusableCheckpointException.class)
          .hasMessageContaining("probes.avro");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECTORY, its directory is missing",
    "FILE, state.safetensors is missing",
    "TRUNCATED, state.safetensors has 512 bytes: expected 1024",
    "FLIPPED, state.safetensors is not what was written",
    "MANIFEST, manifest.json is missing"
  })
  void saysWhatIsWrongWithADamagedCheckpoint(Damage damage, String reason) throws IOException {
    String name =
        store
            .write(
                POSITION,
                List.of(),
                Anchors.none(),
                GaugeTexts.none(),
                WrittenAnswers.none(),
                file -> Files.writeString(file, "x".repeat(1024)))
            .name();

    damage.of(root.resolve("checkpoints").resolve(name));

    assertThatThrownBy(() -> store.read(name))
        .isInstanceOf(UnusableCheckpointException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason);
  }

  /** What may happen to a directory. */
  enum Damage {
    DIRECTORY,
    FILE,
    TRUNCATED,
    FLIPPED,
    MANIFEST;

    void of(Path directory) throws IOException {
      Path state = directory.resolve("state.safetensors");
      byte[] bytes = Files.readAllBytes(state);
      switch (this) {
        case DIRECTORY -> DurableDirectory.delete(directory);
        case FILE -> Files.delete(state);
        case TRUNCATED -> Files.write(state, Arrays.copyOf(bytes, bytes.length / 2));
        case FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(state, bytes);
        }
        case MANIFEST -> Files.delete(directory.resolve("manifest.json"));
      }
    }
  }

  @Test
  void keepsTheNamedAndWhatCameSinceAndWhatIsNoCheckpoint() throws IOException {
    assertThat(store.names()).isEmpty();
    List<String> names = Stream.of(1L, 2L, 3L, 4L).map(this::write).toList();
    Files.createDirectory(root.resolve("checkpoints").resolve(".draft-1"));
    Set<String> there = store.names();
    assertThat(there).containsExactlyInAnyOrderElementsOf(names);
    String since = write(2);

    store.prune(there, Set.of(names.get(0)));

    try (Stream<Path> left = Files.list(root.resolve("checkpoints"))) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder(names.get(0), since, ".draft-1");
    }
  }

  @Test
  void remembersTheLastCheckpointsAndThoseOfPromotedVersions() {
    GuardMemory guards = GuardMemory.none();
    TrainingPosition promoted = POSITION.afterCycle(true, guards).goingOnFrom("b", 2, 2);
    TrainingPosition held = POSITION.afterCycle(false, guards).goingOnFrom("c", 2, 2);
    TrainingPosition next =
        promoted
            .afterWindow(5, 90, 40, POSITION.guards())
            .afterCycle(true, guards)
            .goingOnFrom("d", 2, 2);

    assertThat(promoted.promoted()).isEqualTo("v000002");
    assertThat(promoted.recent()).containsExactly("window-000003-99", "b");
    assertThat(promoted.returnPoints()).containsExactly("window-000002-aa", "b");
    assertThat(held.promoted()).isEqualTo("v000001");
    assertThat(held.returnPoints()).containsExactly("window-000002-aa");
    assertThat(next.recent()).containsExactly("b", "d");
    assertThat(next.returnPoints()).containsExactly("b", "d");
    assertThat(next.goingOnFrom("d", 2, 2)).isEqualTo(next);
  }

  private String write(long window) {
    TrainingPosition position =
        POSITION.afterWindow(window, window * 10, window, POSITION.guards());
    return store
        .write(
            position,
            List.of(),
            Anchors.none(),
            GaugeTexts.none(),
            WrittenAnswers.none(),
            file -> Files.writeString(file, "x"))
        .name();
  }

  private static Probe probe(String id) {
    return Probe.newBuilder()
        .setPairId(id)
        .setSkill("math")
        .setGroup("g")
        .setPrompt(Prompt.newBuilder().setInstruction("How many?").build())
        .setGold("5")
        .setPosition(new SourcePosition("pairs.v1", 0, 1L))
        .build();
  }
}
