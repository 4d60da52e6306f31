package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.deleteBefore;
import static dev.alluvium.cli.model.TrainerRuns.digests;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static dev.alluvium.cli.model.TrainerRuns.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Answer;
import dev.alluvium.schemas.avro.CommandKind;
import dev.alluvium.trainer.release.VersionFollower;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders need not wait for windows that were written before them. */
class EarlyOrdersIT {
  private static final int EXAMPLES = 8;

  /** A window that nobody waits for the end of. */
  private static final Map<String, String> ENDLESS = Map.of("passesPerWindow", "100000000");

  private static final Duration VISIBLE = Duration.ofSeconds(10);

  @TempDir private static Path root;
  private static TrainerRuns runs;

  @BeforeAll
  static void start() throws Exception {
    runs = new TrainerRuns(root);
  }

  @AfterAll
  static void stop() {
    runs.close();
  }

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
      assertThat(answer(cluster, train, "back").getAccepted()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(VISIBLE);
      assertThat(follower.serving().orElseThrow().getVersion()).isEqualTo("v000001");
      assertThat(answer(cluster, train, "none").getReason()).isEqualTo("unknown_version");
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

    Cluster inTurn = twoVersions("rollback-in-turn");
    write(inTurn, 5, 6);
    runs.trainTo(inTurn, 6, Map.of());
    try (WindowWriter writer = new WindowWriter(inTurn)) {
      writer.control("back", CommandKind.ROLLBACK, "v000001");
    }
    write(inTurn, 7, 8);
    runs.trainTo(inTurn, 8, Map.of());

    assertThat(versions(early)).endsWith("v000003 PROMOTED");
    assertThat(versions(inTurn)).contains("v000003 ROLLED_BACK").endsWith("v000004 PROMOTED");
    assertThat(last(digests(early))).isEqualTo(last(digests(inTurn)));
    assertThat(new HashSet<>(outcomes(early)))
        .contains("5=QUARANTINED", "6=QUARANTINED", "7=TRAINED", "8=TRAINED")
        .doesNotContain("5=TRAINED", "6=TRAINED");
  }

  @Test
  void aRollbackThatStandsBeforeItComesFirst() throws Exception {
    Cluster cluster = twoVersions("ahead-rollback");
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, Map.of("passesPerWindow", "300"))) {
      writer.sums(5, EXAMPLES);
      writer.control("rollback", CommandKind.ROLLBACK, "v000001");
      writer.control("serve", CommandKind.SERVE, "v000002");
      assertThat(answer(cluster, train, "serve").getReason()).isEqualTo("rolled_back");
      assertThat(answer(cluster, train, "rollback").getAccepted()).isTrue();
    }
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
