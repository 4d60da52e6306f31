package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.answer;
import static dev.alluvium.cli.model.TrainerRuns.deleteBefore;
import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version answers need not wait for windows that were written before the order. */
class ServingAheadIT {
  private static final int EXAMPLES = 8;

  /** A window that nobody waits for the end of. */
  private static final Map<String, String> ENDLESS = Map.of("passesPerWindow", "100000000");

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

  private static Cluster twoVersions(String namespace) throws Exception {
    Cluster cluster = runs.namespace(namespace);
    write(cluster, 1, 4);
    runs.trainTo(cluster, 4, Map.of());
    return cluster;
  }
}
