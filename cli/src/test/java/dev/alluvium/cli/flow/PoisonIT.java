package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.MixReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Poison in the stream, from {@code produce} to the mixer's books: it is trained, found out by the
 * gate, left behind with all that came of it, and the next good cycle is promoted without hands.
 */
class PoisonIT {
  private static final Duration PATIENCE = SmallFlow.PATIENCE;

  @TempDir private Path directory;

  @Test
  void poisonLeavesNeitherWeightsNorReplay() throws Exception {
    try (SmallFlow flow = new SmallFlow("poison-flow", directory)) {
      flow.good();
      long good = flow.mix().getTrained();

      flow.bad();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                MixReport mix = flow.mix();
                assertThat(mix.getTrained()).as("only what is in the weights").isEqualTo(good);
                assertThat(mix.getQuarantined() + mix.getHeldOut() + good).isEqualTo(180);
              });
      long lastBad = flow.mix().getLastWindow();

      flow.late();
      List<Example> since = examples(flow).stream().filter(e -> e.getWindowId() > lastBad).toList();
      assertThat(since).anyMatch(e -> e.getReplayOf() != null);
      assertThat(since).noneMatch(e -> e.getPairId().startsWith("bad"));

      JsonNode served = flow.order("serve", "v1");
      assertThat(served.get("accepted").asBoolean()).isTrue();
      assertThat(flow.models().get("serving").asText()).isEqualTo("v000001");
      JsonNode back = flow.order("rollback", "v1");
      assertThat(back.get("accepted").asBoolean()).isTrue();
      assertThat(flow.models().get("training").asText()).isEqualTo("v000001");
      await().atMost(PATIENCE).until(() -> flow.mix().getTrained() == good);
      assertThat(flow.run("models", "rollback", "v9", "--json").exitCode())
          .isEqualTo(ExitCodes.FAILED);
      assertThat(flow.run("models", "rollback", "nine").exitCode()).isEqualTo(ExitCodes.USAGE);
      assertThat(flow.streams().isAlive()).as(flow.streams().log()).isTrue();
    }
  }

  private static List<Example> examples(SmallFlow flow) {
    List<Example> examples = new ArrayList<>();
    flow.cluster()
        .reader()
        .read(
            flow.cluster().topics().windows(),
            record -> {
              if (record.value().getRecord() instanceof Example example) {
                examples.add(example);
              }
            });
    return examples;
  }
}
