package dev.alluvium.cli.model;

import static dev.alluvium.cli.model.TrainerRuns.until;
import static dev.alluvium.cli.model.TrainerRuns.versions;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.Cli;
import dev.alluvium.cli.testing.ServiceProcess;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.Probe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A trainer whose probes are answered in writing: what it learns to say decides. */
class WrittenAnswersIT {
  private static final int PROBES = 40;

  /** Perplexity may do what it likes here: see {@link TrainerRuns#train}. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "gate.every", "1",
          "gate.judgedProbes", Integer.toString(PROBES),
          "gate.answerTokens", "12",
          "gate.accuracyBudget", "0.3",
          "gate.cumulativeAccuracyBudget", "0.3",
          "guard.gaugeTexts", "0",
          "guard.lossSpike", "0",
          "method", "full",
          "learningRate", "0.02",
          "passesPerWindow", "20");

  @RegisterExtension private static final TrainerRuns runs = new TrainerRuns();

  @Test
  void answersInWritingDecideAndStandInTheVersion() throws Exception {
    Cluster cluster = runs.namespace("written");
    write(cluster, 1, "It is four.", probes());
    // Whoever takes over knows what the promoted version answered.
    runs.trainTo(cluster, 1, SETTINGS);
    assertThat(versions(cluster)).containsExactly("v000001 PROMOTED");

    write(cluster, 2, "It is five.", List.of());
    write(cluster, 3, "It is four.", List.of());
    try (ServiceProcess train = runs.train(cluster, SETTINGS)) {
      until(train, () -> versions(cluster).size() == 3);
    }
    assertThat(versions(cluster))
        .containsExactly("v000001 PROMOTED", "v000002 ROLLED_BACK", "v000003 PROMOTED");

    List<ModelVersion> all = TrainerRuns.values(cluster, cluster.topics().models());
    assertThat(all.get(0).getReason()).contains("by written answers math: 20 of 20 right");
    assertThat(all.get(1).getReason())
        .startsWith("worse than the budget: math: 0 of 20 written answers right");
    // Half of the probes told each time; the other half was answered for the next version.
    assertThat(judged(all.get(0))).containsExactly(20, 0.0, 1.0);
    assertThat(judged(all.get(1))).containsExactly(20, 0.0, 0.0);
    assertThat(judged(all.get(2))).containsExactly(20, 0.0, 1.0);

    assertThat(shown(cluster, "show", "v2").at("/probes/math/after/judged_accuracy").asDouble())
        .isZero();
    JsonNode listed = shown(cluster, "list").at("/versions/0/probes/math/after");
    assertThat(listed.get("judged").asInt()).isEqualTo(20);
    assertThat(listed.get("judged_accuracy").asDouble()).isEqualTo(1);
    assertThat(Files.readString(Path.of(all.get(0).getPath()).resolve("manifest.json")))
        .contains("\"judgedAccuracy\" : 1.0", "\"judged\" : 20");
    assertThat(Files.readString(answers(cluster)))
        .contains("\"probe-7\":true")
        .doesNotContain("\"promoted\":{}");
  }

  /** The version was promoted already: what it answered is written again, and nothing decided. */
  @Test
  void aTrainerThatFallsBackComesToTheSameAnswers() throws Exception {
    Cluster cluster = runs.namespace("again");
    write(cluster, 1, "It is four.", probes());
    write(cluster, 2, "It is four.", List.of());
    runs.trainTo(cluster, 2, SETTINGS);
    assertThat(versions(cluster)).containsExactly("v000001 PROMOTED", "v000002 PROMOTED");
    String answered = Files.readString(answers(cluster));
    String damaged = TrainerRuns.checkpoint(cluster);
    Files.delete(answers(cluster));

    try (ServiceProcess train = runs.train(cluster, SETTINGS)) {
      until(train, () -> !TrainerRuns.checkpoint(cluster).equals(damaged));
    }
    assertThat(Files.readString(answers(cluster))).isEqualTo(answered);
    assertThat(versions(cluster)).hasSize(2);
  }

  /** The newest checkpoint's. */
  private static Path answers(Cluster cluster) {
    return runs.folder(cluster, "checkpoints")
        .resolve(TrainerRuns.checkpoint(cluster))
        .resolve("answers.json");
  }

  private static List<Object> judged(ModelVersion version) {
    var probes = version.getProbes().get("math");
    return List.of(
        probes.getAfter().getJudged(),
        probes.getBefore().getJudgedAccuracy(),
        probes.getAfter().getJudgedAccuracy());
  }

  private static void write(Cluster cluster, int window, String response, List<Probe> probes) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      examples.add(WindowWriter.example(window, i, "Add %d and 2.".formatted(i), response));
    }
    try (WindowWriter writer = new WindowWriter(cluster)) {
      writer.write(window, examples, probes);
    }
  }

  private static List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < PROBES; i++) {
      probes.add(WindowWriter.probe(i, "Add %d and 2.".formatted(20 + i), "It is four."));
    }
    return probes;
  }

  private static JsonNode shown(Cluster cluster, String... args) throws Exception {
    List<String> line = new ArrayList<>(List.of("models"));
    line.addAll(List.of(args));
    line.addAll(
        List.of(
            "--json",
            "--set",
            "namespace=" + cluster.topics().namespace(),
            "--set",
            "kafka.bootstrap.servers=" + cluster.kafka().bootstrapServers()));
    Cli.Result shown = Cli.run(line.toArray(String[]::new));
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    return JsonMapper.builder().build().readTree(shown.out());
  }
}
