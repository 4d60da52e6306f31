package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.checkpoint;
import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.Progress;
import dev.alluvium.trainer.commit.Commit;
import dev.alluvium.trainer.commit.TrainingLog;
import dev.alluvium.trainer.files.DurableDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A trainer whose checkpoints are damaged while it is down: it comes to the same bits. {@code
 * -Ddamages=5} runs more kinds of damage than a build has patience for.
 */
class DamagedCheckpointIT {
  private static final int WINDOWS = 6;
  private static final List<String> EACH_ONCE =
      List.of("1=TRAINED", "2=TRAINED", "3=TRAINED", "4=TRAINED", "5=TRAINED", "6=TRAINED");

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();
  private static Cluster undisturbed;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = runs.namespace("undisturbed");
    write(undisturbed, 1, WINDOWS);
    runs.trainTo(undisturbed, WINDOWS, Map.of());
    assertThat(versions(undisturbed))
        .containsExactly("v000001 PROMOTED", "v000002 PROMOTED", "v000003 PROMOTED");
  }

  /** What may happen to a checkpoint. */
  enum Damage {
    DELETED("its directory is missing"),
    FILE_DELETED("state.safetensors is missing"),
    TRUNCATED("state.safetensors has"),
    FLIPPED("state.safetensors is not what was written"),
    NO_MANIFEST("manifest.json is missing");

    private final String reason;

    Damage(String reason) {
      this.reason = reason;
    }

    void to(Path checkpoint) throws IOException {
      Path state = checkpoint.resolve("state.safetensors");
      byte[] bytes = Files.readAllBytes(state);
      switch (this) {
        case DELETED -> DurableDirectory.delete(checkpoint);
        case FILE_DELETED -> Files.delete(state);
        case TRUNCATED -> Files.write(state, Arrays.copyOf(bytes, bytes.length / 2));
        case FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(state, bytes);
        }
        case NO_MANIFEST -> Files.delete(checkpoint.resolve("manifest.json"));
      }
    }
  }

  static Stream<Damage> damages() {
    return Arrays.stream(Damage.values()).limit(Integer.getInteger("damages", 1));
  }

  /** In the middle of a cycle, and at the end of one. */
  @ParameterizedTest
  @MethodSource("damages")
  void theTrainerFallsBackAndEndsWithTheSameWeights(Damage damage) throws Exception {
    long window = damage.ordinal() % 2 == 0 ? 3 : 4;
    Cluster cluster = runs.namespace("damage-" + damage.ordinal());
    write(cluster, 1, window);
    runs.trainTo(cluster, window, Map.of());
    String damaged = checkpoint(cluster);
    List<String> whole = runs.names(cluster, "checkpoints");
    String older = whole.get(whole.indexOf(damaged) - 1);

    damage.to(runs.folder(cluster, "checkpoints").resolve(damaged));
    write(cluster, window + 1, WINDOWS);

    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      until(train, () -> versions(cluster).size() == WINDOWS / 2);
      assertThat(train.log().lines().filter(line -> line.contains("WARN")))
          .filteredOn(line -> line.contains("falls back"))
          .singleElement()
          .satisfies(line -> assertThat(line).contains(damaged, damage.reason, older));
    }
    assertThat(digests(cluster)).isEqualTo(digests(undisturbed));
    assertThat(versions(cluster)).isEqualTo(versions(undisturbed));
    assertThat(outcomes(cluster)).containsExactlyElementsOf(EACH_ONCE);
  }

  @Test
  void catchingUpOverTwoCyclesGivesTheStateByteForByteAndItsPointsToReturnTo() throws Exception {
    Cluster cluster = runs.namespace("cycles");
    write(cluster, 1, 5);
    runs.trainTo(cluster, 5, Map.of());
    State before = state(cluster);
    List<String> names = runs.names(cluster, "checkpoints");
    assertThat(names).extracting(name -> name.substring(0, 13)).endsWith("window-000005");
    for (String name : names.subList(1, names.size())) {
      Damage.FLIPPED.to(runs.folder(cluster, "checkpoints").resolve(name));
    }

    catchUp(cluster, Map.of());

    assertThat(state(cluster)).isEqualTo(before);
    assertThat(names.get(0)).startsWith("window-000002");
    assertThat(outcomes(cluster)).containsExactlyElementsOf(EACH_ONCE.subList(0, 5));
    assertThat(versions(cluster)).containsExactly("v000001 PROMOTED", "v000002 PROMOTED");
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, Map.of())) {
      writer.control("back", CommandKind.ROLLBACK, "v000002");
      assertThat(answer(cluster, train, "back").getAccepted()).isTrue();
    }
  }

  @Test
  void windowsInQuarantineStayPassedOver() throws Exception {
    Cluster cluster = runs.namespace("quarantine");
    Map<String, String> settings = Map.of("gate.every", "9", "keep.checkpoints", "4");
    write(cluster, 1, 4);
    try (TrainingLog log =
        new TrainingLog(cluster.kafka(), cluster.topics(), InstantSource.system())) {
      log.commit(
          Commit.of(
              Progress.newBuilder()
                  .setNextOffset(0L)
                  .setLastWindow(0L)
                  .setQuarantined(List.of(3L, 4L))
                  .setSpiked(List.of(4L))
                  .setSettingsDigest("")
                  .setHolder("test")
                  .setHeartbeat(Instant.EPOCH)
                  .build()));
    }
    runs.trainTo(cluster, 4, settings);
    List<String> outcomes = outcomes(cluster);
    assertThat(outcomes)
        .containsExactly("1=TRAINED", "2=TRAINED", "3=QUARANTINED", "4=QUARANTINED");
    State before = state(cluster);
    assertThat(before.position().at("/guards/losses/passedOver").asInt())
        .as("windows passed over because they spiked")
        .isEqualTo(1);
    List<String> names = runs.names(cluster, "checkpoints");
    for (String name : names.subList(1, names.size())) {
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(name));
    }

    catchUp(cluster, settings);

    assertThat(state(cluster)).isEqualTo(before);
    assertThat(outcomes(cluster)).isEqualTo(outcomes);
    Progress progress = progress(cluster).orElseThrow();
    assertThat(progress.getPassedOver()).containsExactly(3L, 4L);
    assertThat(progress.getSpiked()).containsExactly(4L);
  }

  @Test
  void refusesToFallBackUnderOtherSettings() throws Exception {
    Cluster cluster = runs.namespace("other-settings");
    write(cluster, 1, 3);
    runs.trainTo(cluster, 3, Map.of());
    String damaged = checkpoint(cluster);
    Path directory = runs.folder(cluster, "checkpoints").resolve(damaged);
    Path copy = DurableDirectory.copy(directory, runs.directory().resolve("copy"));
    Damage.TRUNCATED.to(directory);

    try (ServiceProcess train = runs.train(cluster, Map.of("learningRate", "0.02"))) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.log()).contains(damaged, "bring those settings back");
    }
    assertThat(runs.names(cluster, "checkpoints")).hasSize(2);

    DurableDirectory.delete(directory);
    DurableDirectory.copy(copy, directory);
    try (ServiceProcess train = runs.train(cluster, Map.of("learningRate", "0.02"))) {
      write(cluster, 4, 4);
      until(train, () -> versions(cluster).size() == 2);
    }
  }

  @Test
  void withoutAnyCheckpointItSaysWhatToDoAndThatHelps() throws Exception {
    Cluster cluster = runs.namespace("lost");
    write(cluster, 1, 3);
    runs.trainTo(cluster, 3, Map.of());
    List<String> names = runs.names(cluster, "checkpoints");
    assertThat(names).hasSize(2);
    for (String name : names) {
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(name));
    }

    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.exitCode()).isNotZero();
      assertThat(train.log())
          .contains(names)
          .contains("alluvium models rollback base", "training restarts from its weights");
    }
    assertThat(outcomes(cluster)).hasSize(3);

    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.control("nowhere", CommandKind.ROLLBACK, "v000002");
      writer.control("base", CommandKind.ROLLBACK, "base");
    }
    write(cluster, 4, 5);
    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      assertThat(answer(cluster, train, "nowhere").getAccepted()).isFalse();
      assertThat(answer(cluster, train, "base").getAccepted()).isTrue();
      until(train, () -> versions(cluster).contains("v000002 PROMOTED"));
    }
    assertThat(versions(cluster))
        .containsExactly("v000001 PROMOTED", "v000001 ROLLED_BACK", "v000002 PROMOTED");
    assertThat(outcomes(cluster))
        .endsWith("1=QUARANTINED", "2=QUARANTINED", "3=QUARANTINED", "4=TRAINED", "5=TRAINED");
  }

  @Test
  void withoutAnyCheckpointTrainingRestartsFromAVersionThatIsAskedFor() throws Exception {
    Cluster cluster = runs.namespace("lost-restart");
    write(cluster, 1, 3);
    runs.trainTo(cluster, 3, Map.of());
    for (String name : runs.names(cluster, "checkpoints")) {
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(name));
    }
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.control("back", CommandKind.ROLLBACK, "v000001");
    }
    write(cluster, 4, 5);
    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      assertThat(answer(cluster, train, "back").getDetail()).contains("fresh optimizer moments");
      until(train, () -> versions(cluster).contains("v000002 PROMOTED"));
    }
    assertThat(outcomes(cluster))
        .containsExactly(
            "1=TRAINED", "2=TRAINED", "3=TRAINED", "3=QUARANTINED", "4=TRAINED", "5=TRAINED");
  }

  @Test
  void aCheckpointOfAnotherPlaceThanTheLogSaysIsRefused() throws Exception {
    Cluster cluster = runs.namespace("other-place");
    write(cluster, 1, 3);
    runs.trainTo(cluster, 3, Map.of());
    try (TrainingLog log =
        new TrainingLog(cluster.kafka(), cluster.topics(), InstantSource.system())) {
      Progress moved =
          Progress.newBuilder(progress(cluster).orElseThrow()).setLastWindow(2L).build();
      log.commit(Commit.of(moved));
    }
    try (ServiceProcess train = runs.train(cluster, Map.of())) {
      assertThat(train.ended(180_000)).isTrue();
      assertThat(train.exitCode()).isEqualTo(1);
      assertThat(train.log())
          .contains(checkpoint(cluster), "after window 3", "after window 2", "same training");
    }
  }

  @Test
  void aPointToReturnToThatIsGoneLeavesTheVersionsWeightsToRestartFrom() throws Exception {
    Cluster cluster = runs.namespace("return-point");
    write(cluster, 1, 4);
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, Map.of())) {
      until(train, () -> versions(cluster).size() == 2);
      String gone =
          runs.names(cluster, "checkpoints").stream()
              .filter(name -> name.startsWith("window-000002"))
              .findFirst()
              .orElseThrow();
      DurableDirectory.delete(runs.folder(cluster, "checkpoints").resolve(gone));

      writer.control("gone", CommandKind.ROLLBACK, "v000001");
      Answer restarted = answer(cluster, train, "gone");
      assertThat(restarted.getAccepted()).isTrue();
      assertThat(restarted.getDetail())
          .contains(gone, "is missing", "there is v000002, base", "fresh optimizer moments");
    }
  }

  private static void catchUp(Cluster cluster, Map<String, String> settings) throws Exception {
    String damaged = checkpoint(cluster);
    try (ServiceProcess train = runs.train(cluster, settings)) {
      until(train, () -> !checkpoint(cluster).equals(damaged));
    }
  }

  /**
   * All that a checkpoint holds but the names of others.
   *
   * @param weights digest of weights, moments and step
   * @param reference what the gate compares with
   * @param best the best version at each skill
   * @param position where training stands
   */
  private record State(String weights, JsonNode reference, JsonNode best, JsonNode position) {}

  private static State state(Cluster cluster) throws IOException {
    Path directory = runs.folder(cluster, "checkpoints").resolve(checkpoint(cluster));
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode position = (ObjectNode) json.readTree(directory.resolve("position.json").toFile());
    position.remove("recent");
    position.put("returnPoints", position.get("returnPoints").size());
    return new State(
        Digests.sha256(directory.resolve("state.safetensors")),
        json.readTree(directory.resolve("reference.json").toFile()),
        json.readTree(directory.resolve("best.json").toFile()),
        position);
  }
}
