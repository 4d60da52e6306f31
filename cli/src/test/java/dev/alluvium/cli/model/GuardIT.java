package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.outcomes;
import static dev.alluvium.cli.model.TrainerRuns.progress;
import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trainer that is fed garbage between good windows, with its guards and without. */
class GuardIT {
  private static final int GARBAGE = 6;
  private static final int LAST = 7;

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void aWindowWhoseLossSpikesIsLeftOut() throws Exception {
    Cluster guarded = trained("guarded", "3", "8", "1000");
    assertThat(outcomes(guarded))
        .containsExactly(
            "1=TRAINED",
            "2=TRAINED",
            "3=TRAINED",
            "4=TRAINED",
            "5=TRAINED",
            "6=QUARANTINED",
            "7=TRAINED");
    JsonNode transfer = shown(guarded).at("/transfer/math");
    assertThat(transfer.get("divergence").asDouble()).isPositive();
    assertThat(transfer.get("divergence_error").asDouble()).isPositive();
    assertThat(transfer.get("backward").asDouble()).isZero();
    assertThat(transfer.get("forward").isNull()).isTrue();

    Cluster open = trained("open", "0", "0", "0");
    assertThat(outcomes(open)).contains("6=TRAINED").doesNotContain("6=QUARANTINED");
    assertThat(shown(open).at("/transfer/math/divergence").isNull()).isTrue();
    assertThat(shown(open).get("digest")).isNotEqualTo(shown(guarded).get("digest"));

    Cluster capped = trained("capped", "0", "4", "0.001");
    assertThat(shown(capped).get("digest"))
        .as("a gauge changes no weights")
        .isEqualTo(shown(open).get("digest"));
    assertThat(shown(capped).get("status").asText()).isEqualTo("ROLLED_BACK");
    assertThat(shown(capped).get("reason").asText())
        .startsWith("moved too far from the base model: math by ")
        .endsWith("nats a token (train.guard.mostDivergence 0.001)");
    assertThat(shown(guarded).get("status").asText()).isNotEqualTo("ROLLED_BACK");
  }

  @Test
  void aWindowThatMovesTheWeightsTooFarIsLeftOut() throws Exception {
    Cluster cluster = trained("near", "0", "4", "1000");
    assertThat(outcomes(cluster)).contains("7=TRAINED");
    write(cluster, LAST + 1, LAST + 1);
    Map<String, String> capped = settings("0", "4", "0.001");
    try (ServiceProcess train = runs.train(cluster, capped)) {
      until(train, () -> outcomes(cluster).contains("8=QUARANTINED"));
      assertThat(train.log()).contains("window 8: moved too far from the base model: math by ");
    }
    assertThat(versions(cluster)).hasSize(1);
  }

  @Test
  void aSkillWithTooFewProbesHoldsUntilThereAreEnough() throws Exception {
    Cluster cluster = runs.namespace("held");
    Map<String, String> everyWindow = Map.of("gate.every", "1");
    TrainerRuns.write(cluster, 1, 1);
    try (WindowWriter writer = new WindowWriter(cluster);
        ServiceProcess train = runs.train(cluster, everyWindow)) {
      until(train, () -> versions(cluster).size() == 1);
      writer.write(2, WindowWriter.additions(2, 8), List.of(reading(1)));
      until(train, () -> versions(cluster).size() == 2);
      assertThat(versions(cluster)).containsExactly("v000001 PROMOTED", "v000002 HELD");
      assertThat(TrainerRuns.alluvium(cluster, "models", "show", "v2").err())
          .contains("reading (1 probes)");
      assertThat(TrainerRuns.alluvium(cluster, "models", "list").err())
          .contains("serving: v000001");

      writer.write(3, WindowWriter.additions(3, 8), List.of(reading(2)));
      until(train, () -> versions(cluster).size() == 3);
    }
    assertThat(versions(cluster)).endsWith("v000003 PROMOTED");
    assertThat(outcomes(cluster)).containsExactly("1=TRAINED", "2=TRAINED", "3=TRAINED");
    assertThat(TrainerRuns.alluvium(cluster, "models", "list").err()).contains("serving: v000003");
  }

  private static Probe reading(int number) {
    return Probe.newBuilder(
            WindowWriter.probe(10 + number, "Read " + number + ".", "It says " + number + "."))
        .setSkill("reading")
        .build();
  }

  @Test
  void aRollbackKeepsWhatItsCyclesEndDrewToGaugeBy() throws Exception {
    Cluster cluster = trained("back", "0", "4", "0.001");
    assertThat(shown(cluster).get("status").asText()).isEqualTo("ROLLED_BACK");
    write(cluster, LAST + 1, LAST + 1);
    try (ServiceProcess train = runs.train(cluster, settings("0", "4", "0.001"))) {
      until(train, () -> outcomes(cluster).stream().anyMatch(one -> one.startsWith("8=")));
      assertThat(outcomes(cluster)).contains("8=QUARANTINED");
      assertThat(train.log()).contains("window 8: moved too far from the base model: math by ");
    }
  }

  private static Cluster trained(
      String name, String lossSpike, String gaugeTexts, String mostDivergence) throws Exception {
    Cluster cluster = runs.namespace(name);
    Map<String, String> settings = settings(lossSpike, gaugeTexts, mostDivergence);
    write(cluster, 1, GARBAGE - 1);
    if (!lossSpike.equals("0")) {
      // Whoever takes over knows what the windows before were like.
      runs.trainTo(cluster, GARBAGE - 1, settings);
    }
    write(cluster, GARBAGE, LAST);
    try (ServiceProcess train = runs.train(cluster, settings)) {
      until(train, () -> versions(cluster).size() == 1);
      assertThat(progress(cluster).orElseThrow().getQuarantined()).isEmpty();
      assertThat(train.log().contains("train.guard.lossSpike (3.0) times the median"))
          .as(train.log())
          .isEqualTo(lossSpike.equals("3"));
    }
    return cluster;
  }

  private static Map<String, String> settings(
      String lossSpike, String gaugeTexts, String mostDivergence) {
    return Map.of(
        "gate.every",
        Integer.toString(LAST),
        "method",
        "full",
        "learningRate",
        "0.02",
        "passesPerWindow",
        "20",
        "guard.lossSpike",
        lossSpike,
        "guard.gaugeTexts",
        gaugeTexts,
        "guard.gaugeTokens",
        "12",
        "guard.mostDivergence",
        mostDivergence);
  }

  private static void write(Cluster cluster, int first, int last) {
    try (WindowWriter writer = new WindowWriter(cluster)) {
      for (int window = first; window <= last; window++) {
        String response = window == GARBAGE ? "ß§ Ωµ¿ Ж¶ þ ŁŦ¥" : "It is four.";
        writer.write(window, examples(window, response));
      }
    }
  }

  private static List<Example> examples(int window, String response) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      examples.add(WindowWriter.example(window, i, "Add %d and 2.".formatted(i), response));
    }
    return examples;
  }

  private static JsonNode shown(Cluster cluster) throws Exception {
    Cli.Result shown =
        Cli.run(
            "models",
            "show",
            "v1",
            "--json",
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers());
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    return JsonMapper.builder().build().readTree(shown.out());
  }
}
