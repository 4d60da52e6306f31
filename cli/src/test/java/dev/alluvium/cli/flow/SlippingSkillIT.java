package dev.alluvium.cli.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.WindowReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A skill that slips, under budgets so wide that it is promoted all the same: more of it is
 * replayed from there on, and no more than before once it has recovered.
 */
class SlippingSkillIT {
  private static final Map<String, String> WIDE =
      Map.of("train.gate.perplexityBudget", "1000", "train.gate.cumulativeBudget", "1000");

  @TempDir private Path directory;

  @Test
  void isReplayedMoreUntilItHasRecovered() throws Exception {
    try (SmallFlow flow = new SmallFlow("slipping", directory, WIDE)) {
      flow.good();
      assertThat(slipped(flow, 0)).isEmpty();

      flow.worse("bad", 120, 60);
      assertThat(slipped(flow, 1)).containsExactly("math");
      awaitBoosts(flow, Map.of("math", 2));
      assertThat(flow.run("models", "show", "v2").err())
          .contains("slipped within the budget, and replayed more where anything is: math");
      long before = flow.mix().getLastWindow();

      flow.more("late", 180, 60);
      long boosted = flow.mix().getLastWindow();
      int version = 2;
      while (!slipped(flow, version).isEmpty()) {
        flow.more("later" + version, 180 + 30 * version, 30);
        version++;
        assertThat(version).as("versions until it has recovered").isLessThan(6);
      }
      awaitBoosts(flow, Map.of());
      long recovered = flow.mix().getLastWindow();

      flow.more("after", 400, 15);
      // Of 100 examples 30 are replayed: 3 for 7 new ones; boosted, 6 for 7.
      assertThat(replayedForEach(flow, 1, before)).isBetween(0.2, 0.46);
      assertThat(replayedForEach(flow, before + 1, boosted)).isBetween(0.7, 0.9);
      assertThat(replayedForEach(flow, recovered + 1, Long.MAX_VALUE)).isBetween(0.2, 0.5);
    }
  }

  private static List<String> slipped(SmallFlow flow, int version) {
    List<String> skills = new ArrayList<>();
    JsonNode versions = flow.models().get("versions");
    assertThat(versions.get(version).get("status").asText()).isEqualTo("PROMOTED");
    versions.get(version).get("slipped").forEach(skill -> skills.add(skill.asText()));
    return skills;
  }

  private static void awaitBoosts(SmallFlow flow, Map<String, Integer> boosts) {
    await().atMost(SmallFlow.PATIENCE).until(() -> flow.mix().getBoosts().equals(boosts));
  }

  /** Replayed examples for every new one in windows that had anything to replay. */
  private static double replayedForEach(SmallFlow flow, long first, long last) {
    List<WindowReport> windows = new ArrayList<>();
    flow.cluster()
        .reader()
        .read(
            flow.cluster().topics().reports(),
            record -> {
              if (record.value().getBody() instanceof WindowReport window
                  && window.getWindowId() > 1
                  && window.getWindowId() >= first
                  && window.getWindowId() <= last) {
                windows.add(window);
              }
            });
    assertThat(windows).isNotEmpty();
    return sum(windows.stream().map(WindowReport::getReplayed).toList())
        / sum(windows.stream().map(WindowReport::getExamples).toList());
  }

  private static double sum(List<Map<String, Integer>> counts) {
    return counts.stream().flatMap(c -> c.values().stream()).mapToInt(n -> n).sum();
  }
}
