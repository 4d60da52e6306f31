package dev.alluvium.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.MixReport;
import dev.alluvium.schemas.client.KafkaSettings;
import java.nio.file.Path;
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
  /** Both cycles are promoted, whatever they have learnt: this is about what is counted. */
  private static final Map<String, String> WIDE =
      Map.of("train.gate.perplexityBudget", "1000", "train.gate.cumulativeBudget", "1000");

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
      brokers.restartLeaderOf(windows);
      flow.end("good");
      flow.awaitVersions("v000001 PROMOTED");
      flow.waiting("more", GOOD, MORE);
      brokers.killLeaderOf(windows);
      flow.end("more");
      flow.awaitVersions("v000001 PROMOTED", "v000002 PROMOTED");
      assertNothingIsLostOrTwice(flow);
    }
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
