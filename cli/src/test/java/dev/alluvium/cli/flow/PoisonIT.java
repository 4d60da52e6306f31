package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.cli.testing.SmallFlow.Lesson;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.MixReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Garbage in one skill of two, from {@code produce} to the mixer's books: it is trained, found out
 * by the gate, left behind with all that came of it, and the next good cycle is promoted without
 * hands. Then versions are served and left by orders, with a trainer and without one.
 */
class PoisonIT {
  private static final Duration PATIENCE = SmallFlow.PATIENCE;

  private static final Lesson MATH = new Lesson("math", "say %s.", "It is %s.");
  private static final Lesson NAMES = new Lesson("names", "call %s!", "Come, %s, come.");
  private static final Lesson GARBAGE = new Lesson("names", "call %s!", "qzx jkv wqp zzx qjk vvq");

  @TempDir private Path directory;

  @Test
  void poisonLeavesNeitherWeightsNorReplay() throws Exception {
    try (SmallFlow flow = new SmallFlow("poison-flow", directory)) {
      flow.cycle("good", both(MATH, NAMES, "good", 0, 80));
      flow.awaitVersions("v000001 PROMOTED");
      long good = flow.mix().getTrained();

      flow.cycle("bad", both(MATH, GARBAGE, "bad", 80, 40));
      flow.awaitVersions("v000001 PROMOTED", "v000002 ROLLED_BACK");
      assertThat(flow.models().get("versions").get(1).get("reason").asText())
          .startsWith("worse than the budget: ")
          .contains("names: perplexity");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                MixReport mix = flow.mix();
                assertThat(mix.getTrained()).as("only what is in the weights").isEqualTo(good);
                assertThat(mix.getQuarantined() + mix.getHeldOut() + good).isEqualTo(240);
              });
      long lastBad = flow.mix().getLastWindow();

      flow.cycle("late", both(MATH, NAMES, "late", 120, 40));
      flow.awaitVersions("v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");
      List<Example> since = examples(flow).stream().filter(e -> e.getWindowId() > lastBad).toList();
      assertThat(since).anyMatch(e -> e.getReplayOf() != null);
      assertThat(since).noneMatch(e -> e.getPairId().startsWith("bad"));

      JsonNode first = flow.order("serve", "v1");
      assertThat(first.get("accepted").asBoolean()).isTrue();
      assertThat(flow.models().get("serving").asText()).isEqualTo("v000001");
      JsonNode back = flow.order("rollback", "v1");
      assertThat(back.get("accepted").asBoolean()).isTrue();
      assertThat(flow.models().get("training").asText()).isEqualTo("v000001");
      await().atMost(PATIENCE).until(() -> flow.mix().getTrained() == good);
      assertThat(flow.run("models", "rollback", "v9", "--json").exitCode())
          .isEqualTo(ExitCodes.FAILED);
      assertThat(flow.run("models", "rollback", "nine").exitCode()).isEqualTo(ExitCodes.USAGE);

      Cli.Result beside = flow.orderHere("rollback", "base");
      assertThat(beside.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(beside.err()).contains("--here is for when no trainer runs", "held the lease");
      flow.stopTrainer();
      Cli.Result other = flow.orderHere("rollback", "base", "--set", "train.lora.rank=8");
      assertThat(other.exitCode()).as("the state is another adapter's").isEqualTo(ExitCodes.FAILED);
      Cli.Result served = flow.orderHere("serve", "v1");
      assertThat(served.exitCode()).as(served.err()).isZero();
      assertThat(flow.models().get("training").asText())
          .as("the order that failed was not given")
          .isEqualTo("v000001");
      Cli.Result alone = flow.orderHere("rollback", "base");
      assertThat(alone.exitCode()).as(alone.err()).isZero();
      assertThat(alone.json().get("accepted").asBoolean()).isTrue();
      assertThat(flow.models().get("training").isNull()).as("the base model").isTrue();
      await().atMost(PATIENCE).until(() -> flow.mix().getTrained() == 0);
      assertThat(flow.streams().isAlive()).as(flow.streams().log()).isTrue();
    }
  }

  private static List<String> both(Lesson one, Lesson other, String name, int first, int pairs) {
    List<String> lines = new ArrayList<>(one.pairs(name + "-one", first, pairs));
    lines.addAll(other.pairs(name + "-other", first, pairs));
    return lines;
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
