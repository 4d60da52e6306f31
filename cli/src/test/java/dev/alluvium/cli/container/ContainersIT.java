package dev.alluvium.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.client.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Testcontainers;

/**
 * The whole flow on three brokers as users run them, in containers: the leader of the windows is
 * restarted in the midst of training, and then whichever leads is killed. Needs Docker.
 */
@Testcontainers(disabledWithoutDocker = true)
class ContainersIT {
  /**
   * Both cycles are promoted, whatever they have learnt: this is about what is counted. And a
   * window takes its time, so that a broker can go in the midst of one.
   */
  private static final Map<String, String> WIDE =
      Map.of(
          "train.gate.perplexityBudget", "1000",
          "train.gate.cumulativeBudget", "1000",
          "train.passesPerWindow", "40");

  private static final int GOOD = 120;
  private static final int MORE = 60;

  @TempDir private Path directory;

  @Test
  void nothingIsLostWhateverBecomesOfTheLeader() throws Exception {
    try (Brokers brokers = Brokers.three();
        SmallFlow flow =
            new SmallFlow(
                Cluster.of(KafkaSettings.at(brokers.bootstrapServers()), "containers"),
                Optional.of((short) 3),
                directory,
                WIDE)) {
      String windows = flow.cluster().topics().windows().name();
      flow.waiting("good", 0, GOOD);
      awaitTraining(flow);
      Instant restart = Instant.now();
      brokers.restartLeaderOf(windows);
      flow.end("good");
      flow.awaitVersions("v000001 PROMOTED");
      flow.waiting("more", GOOD, MORE);
      awaitTraining(flow);
      Instant kill = Instant.now();
      brokers.killLeaderOf(windows);
      flow.end("more");
      flow.awaitVersions("v000001 PROMOTED", "v000002 PROMOTED");
      assertThat(trainedAcross(flow, restart)).as("a window in training at %s", restart).isTrue();
      assertThat(trainedAcross(flow, kill)).as("a window in training at %s", kill).isTrue();
      assertNothingIsLostOrTwice(flow);
    }
  }

  /** Waits until a window is closed that is not trained yet. */
  private static void awaitTraining(SmallFlow flow) {
    await()
        .atMost(SmallFlow.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> isTraining(flow.mix()));
  }

  private static boolean isTraining(MixReport mix) {
    return mix.getLastWindow() > mix.getLastOutcome();
  }

  /** Whether a window was closed before a time and its outcome written after it. */
  private static boolean trainedAcross(SmallFlow flow, Instant time) {
    Map<Long, Instant> closed = new HashMap<>();
    Map<Long, Instant> decided = new HashMap<>();
    flow.cluster()
        .reader()
        .read(
            flow.cluster().topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof WindowClose close) {
                closed.put(close.getWindowId(), Instant.ofEpochMilli(record.timestamp()));
              }
            });
    flow.cluster()
        .reader()
        .read(
            flow.cluster().topics().ledger(),
            record -> {
              if (record.value().getEntry() instanceof Outcome outcome) {
                decided.put(outcome.getWindowId(), Instant.ofEpochMilli(record.timestamp()));
              }
            });
    return closed.keySet().stream()
        .anyMatch(
            window ->
                closed.get(window).isBefore(time)
                    && decided.getOrDefault(window, time).isAfter(time));
  }

  private void assertNothingIsLostOrTwice(SmallFlow flow) {
    await()
        .atMost(SmallFlow.PATIENCE)
        .untilAsserted(
            () -> {
              MixReport mix = flow.mix();
              assertThat(mix.getTrained() + mix.getHeldOut()).isEqualTo(GOOD + MORE);
              assertThat(mix.getQuarantined()).isZero();
            });
    Cli.Result verified =
        flow.run("verify", "--json", "--set", "train.store=" + directory.resolve("store"));
    assertThat(verified.exitCode()).as(verified.err() + verified.out()).isEqualTo(ExitCodes.DONE);
    assertThat(verified.json().get("recomputed").get(1).asLong())
        .as("all windows are made again from the ledger")
        .isEqualTo(flow.mix().getLastWindow());
  }
}
