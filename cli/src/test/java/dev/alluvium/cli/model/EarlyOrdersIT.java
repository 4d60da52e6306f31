package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.checkpoint;
import static dev.alluvium.cli.model.TrainerRuns.deleteBefore;
import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.values;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.Digests;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Probe;
import dev.alluvium.schemas.avro.Report;
import dev.alluvium.trainer.release.VersionFollower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Orders need not wait for windows that were written before them. */
class EarlyOrdersIT {
  private static final int EXAMPLES = 8;

  /** A window that nobody waits for the end of. */
  private static final Map<String, String> ENDLESS = Map.of("passesPerWindow", "100000000");

  private static final Probe SECRET = WindowWriter.probe(50, "Add 7 and 7.", "My number is 4711.");
  private static final Probe KEPT = WindowWriter.probe(51, "Add 8 and 8.", "It is sixteen.");

  private static final Duration VISIBLE = Duration.ofSeconds(10);

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void anOrderBehindALongWindowIsCarriedOutInTheMidstOfIt() throws Exception {
    Cluster cluster = twoVersions("ahead-serve");
    try (WindowWriter writer = new WindowWriter(cluster);
        VersionFollower follower = new VersionFollower(cluster.kafka(), cluster.topics());
        ServiceProcess train = runs.train(cluster, ENDLESS)) {
      writer.sums(5, EXAMPLES);
      writer.control("back", CommandKind.SERVE, "v000001");
      Answer back = answer(cluster, train, "back");
      assertThat(back.getAccepted()).as(back.getDetail()).isTrue();
      assertThat(follower.serving().orElseThrow().getVersion()).isEqualTo("v000001");
      assertThat(progress(cluster).orElseThrow().getLastWindow()).isEqualTo(4);
    }
    runs.trainTo(cluster, 5, Map.of());
    assertThat(outcomes(cluster)).hasSize(5).endsWith("5=TRAINED");
    try (VersionFollower follower = new VersionFollower(cluster.kafka(), cluster.topics())) {
      assertThat(follower.serving().orElseThrow().getVersion())
          .as("carried out again at its place")
          .isEqualTo("v000001");
    }
    // No mixer wrote this ledger: without its beginning its windows are not recomputed.
    deleteBefore(cluster, cluster.topics().ledger(), 1);
    Cli.Result verified = runs.verify(cluster);
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCodes.DONE);
  }

  @Test
  void aRollbackBehindALongWindowBreaksItOff() throws Exception {
    Cluster cluster = twoVersions("early-rollback");
    String first =
        state(cluster, values(cluster, cluster.topics().models()).get(0).getCheckpoint());
    try (WindowWriter writer = new WindowWriter(cluster);
        VersionFollower follower = new VersionFollower(cluster.kafka(), cluster.topics());
        ServiceProcess train = runs.train(cluster, ENDLESS)) {
      writer.sums(5, EXAMPLES);
      writer.control("first", CommandKind.SERVE, "v000002");
      assertThat(answer(cluster, train, "first").getAccepted()).isTrue(); // in the midst of 5
      writer.sums(6, EXAMPLES);
      writer.control("cycle", CommandKind.CYCLE, "");
      writer.control("none", CommandKind.SERVE, "v000009");
      long begin = System.nanoTime();
      writer.control("back", CommandKind.ROLLBACK, "v000001");
      writer.control("behind", CommandKind.SERVE, "v000002");
      assertThat(answer(cluster, train, "back").getAccepted()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(VISIBLE);
      assertThat(follower.serving().orElseThrow().getVersion()).isEqualTo("v000001");
      assertThat(answer(cluster, train, "none").getReason()).isEqualTo("unknown_version");
      assertThat(answer(cluster, train, "behind").getReason()).isEqualTo("rolled_back");
      assertThat(answers(cluster))
          .as("each is answered once")
          .containsExactly(
              "first applied", "back applied", "none unknown_version", "behind rolled_back");
      assertThat(state(cluster, checkpoint(cluster)))
          .as("nothing of the half-trained window")
          .isEqualTo(first);
    }
    assertThat(outcomes(cluster))
        .endsWith("3=QUARANTINED", "4=QUARANTINED", "5=QUARANTINED", "6=QUARANTINED");
    deleteBefore(cluster, cluster.topics().ledger(), 1);
    Cli.Result verified = runs.verify(cluster);
    assertThat(verified.exitCode()).as(verified.err()).isEqualTo(ExitCodes.DONE);
  }

  @Test
  void trainingGoesOnAsIfTheRollbackHadWaitedForItsTurn() throws Exception {
    Cluster early = twoVersions("rollback-early");
    try (WindowWriter writer = new WindowWriter(early)) {
      writer.sums(5, EXAMPLES);
      writer.sums(6, EXAMPLES);
      writer.control("back", CommandKind.ROLLBACK, "v000001");
    }
    write(early, 7, 8);
    runs.trainTo(early, 8, Map.of());

    Cluster inTurn = runs.namespace("rollback-in-turn");
    write(inTurn, 1, 6);
    try (ServiceProcess train = runs.train(inTurn, Map.of());
        WindowWriter writer = new WindowWriter(inTurn)) {
      until(train, () -> versions(inTurn).size() == 3);
      writer.control("back", CommandKind.ROLLBACK, "v000001");
      assertThat(answer(inTurn, train, "back").getAccepted()).isTrue();
      writer.sums(7, EXAMPLES);
      writer.sums(8, EXAMPLES);
      until(train, () -> versions(inTurn).contains("v000004 PROMOTED"));
    }

    assertThat(versions(early)).endsWith("v000003 PROMOTED");
    assertThat(versions(inTurn)).contains("v000003 ROLLED_BACK").endsWith("v000004 PROMOTED");
    assertThat(last(digests(early))).isEqualTo(last(digests(inTurn)));
    assertThat(new HashSet<>(outcomes(early)))
        .contains("5=QUARANTINED", "6=QUARANTINED", "7=TRAINED", "8=TRAINED")
        .doesNotContain("5=TRAINED", "6=TRAINED");
  }

  @Test
  void whatWasLeftForARollbackThatFailsIsTrainedAfterAll() throws Exception {
    Cluster cluster = twoVersions("rollback-fails");
    ModelVersion first = values(cluster, cluster.topics().models()).get(0);
    Files.writeString(stateFile(cluster, first.getCheckpoint()), "no tensors");
    Files.delete(Path.of(first.getPath()).resolve("adapter_model.safetensors"));
    write(cluster, 5, 5);
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.control("back", CommandKind.ROLLBACK, "v000001");
    }
    String log = runs.trainTo(cluster, 5, Map.of());
    assertThat(log).contains("training cannot return to v000001, it goes on where it was");
    assertThat(outcomes(cluster)).hasSize(5).endsWith("5=TRAINED");
    assertThat(answers(cluster)).containsExactly("back no_return_point");
  }

  @Test
  void whatIsErasedAfterTheRollbackIsNotTakenFromWindowsBeforeIt() throws Exception {
    Cluster cluster = runs.namespace("rollback-erase");
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.write(1, WindowWriter.additions(1, EXAMPLES), List.of(SECRET));
      writer.write(2, WindowWriter.additions(2, EXAMPLES), List.of(KEPT));
      writer.control("back", CommandKind.ROLLBACK, "base");
      writer.control("erase", CommandKind.ERASE, SECRET.getPairId());
    }
    write(cluster, 3, 3);
    runs.trainTo(cluster, 3, Map.of());
    assertThat(outcomes(cluster)).containsExactly("1=QUARANTINED", "2=QUARANTINED", "3=TRAINED");
    assertThat(probes(cluster)).contains(KEPT.getGold()).doesNotContain(SECRET.getGold());
  }

  /** Every answer there is, such as {@code back applied}. */
  private static List<String> answers(Cluster cluster) {
    return values(cluster, cluster.topics().reports()).stream()
        .map(Report::getBody)
        .filter(Answer.class::isInstance)
        .map(Answer.class::cast)
        .map(answer -> answer.getRequestId() + " " + answer.getReason())
        .toList();
  }

  /** What is written of probes, in all checkpoints. */
  private static String probes(Cluster cluster) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String checkpoint : runs.names(cluster, "checkpoints")) {
      all.append(
          Files.readString(
              runs.folder(cluster, "checkpoints").resolve(checkpoint).resolve("probes.avro"),
              ISO_8859_1));
    }
    return all.toString();
  }

  private static Path stateFile(Cluster cluster, String checkpoint) {
    return runs.folder(cluster, "checkpoints").resolve(checkpoint).resolve("state.safetensors");
  }

  private static String state(Cluster cluster, String checkpoint) throws IOException {
    return Digests.sha256(stateFile(cluster, checkpoint));
  }

  private static String last(List<String> all) {
    return all.get(all.size() - 1);
  }

  private static Cluster twoVersions(String namespace) throws Exception {
    Cluster cluster = runs.namespace(namespace);
    write(cluster, 1, 4);
    runs.trainTo(cluster, 4, Map.of());
    return cluster;
  }
}
