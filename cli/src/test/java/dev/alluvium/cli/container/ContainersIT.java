package dev.alluvium.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.avro.Outcome;
import dev.alluvium.schemas.avro.WindowClose;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final Map<String, String> SLOW_AND_WIDE =
      Map.of(
          "train.gate.perplexityBudget", "1000",
          "train.gate.cumulativeBudget", "1000",
          "train.learningRate", "0.0005",
          "train.passesPerWindow", "150");

  private static final int PAIRS = 120;

  @TempDir private Path directory;

  @Test
  void nothingIsLostWhateverBecomesOfTheLeader() throws Exception {
    try (Brokers brokers = Brokers.three();
        SmallFlow flow =
            new SmallFlow(
                Cluster.of(KafkaSettings.at(brokers.bootstrapServers()), "containers"),
                Optional.of((short) 3),
                directory,
                SLOW_AND_WIDE)) {
      String windows = flow.cluster().topics().windows().name();
      flow.waiting("good", 0, PAIRS);
      Instant restart = whenAWindowCloses(flow);
      brokers.restartLeaderOf(windows);
      flow.end("good");
      flow.awaitVersions("v000001 PROMOTED");
      flow.waiting("more", PAIRS, PAIRS);
      Instant kill = whenAWindowCloses(flow);
      brokers.killLeaderOf(windows);
      flow.end("more");
      flow.awaitVersions("v000001 PROMOTED", "v000002 PROMOTED");
      assertThat(wasInTraining(flow, restart)).as("at the restart, %s", restart).isTrue();
      assertThat(wasInTraining(flow, kill)).as("at the kill, %s", kill).isTrue();
      assertNothingIsLostOrTwice(flow);
    }
  }

  /** Waits until another window is closed, which the trainer then begins. */
  private static Instant whenAWindowCloses(SmallFlow flow) {
    long before = flow.mix().getLastWindow();
    await()
        .atMost(SmallFlow.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> flow.mix().getLastWindow() > before);
    return Instant.now();
  }

  /** Whether there is a window that was closed before a time and has its outcome from after it. */
  private static boolean wasInTraining(SmallFlow flow, Instant time) {
    Topics topics = flow.cluster().topics();
    Set<Long> closedBefore = new HashSet<>();
    Set<Long> decidedAfter = new HashSet<>();
    flow.cluster()
        .reader()
        .read(
            topics.windows(),
            record -> {
              if (record.value().getRecord() instanceof WindowClose close
                  && record.timestamp() < time.toEpochMilli()) {
                closedBefore.add(close.getWindowId());
              }
            });
    flow.cluster()
        .reader()
        .read(
            topics.ledger(),
            record -> {
              if (record.value().getEntry() instanceof Outcome outcome
                  && record.timestamp() > time.toEpochMilli()) {
                decidedAfter.add(outcome.getWindowId());
              }
            });
    return !Collections.disjoint(closedBefore, decidedAfter);
  }

  private void assertNothingIsLostOrTwice(SmallFlow flow) {
    await()
        .atMost(SmallFlow.PATIENCE)
        .untilAsserted(
            () -> {
              MixReport mix = flow.mix();
              assertThat(mix.getTrained() + mix.getHeldOut()).isEqualTo(2 * PAIRS);
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
