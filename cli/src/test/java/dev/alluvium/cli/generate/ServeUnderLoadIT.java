package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.alluvium.cli.cluster.Cluster;
import dev.alluvium.cli.testing.SharedBroker;
import dev.alluvium.cli.testing.SmallModel;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.VersionStatus;
import dev.alluvium.schemas.client.KafkaSettings;
import dev.alluvium.schemas.topic.TopicProvisioner;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Versions are promoted, served again and rolled back while two workers are never without a
 * request; then every answer is scored by the version that it says it is from.
 */
class ServeUnderLoadIT {
  /** From the record that changes what answers to the first answer by it. */
  private static final Duration VISIBLE = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 6;
  private static final int AT_ONCE = 24;

  @TempDir private static Path root;
  private static Path model;

  private final Map<String, Path> adapters = new HashMap<>();
  private final Map<String, String> instructions = new HashMap<>();

  @BeforeAll
  static void makeModel() throws Exception {
    model = SmallModel.create(root.resolve("model"));
  }

  @Test
  void noRequestFailsAndEveryAnswerIsOfTheVersionItNames() throws Exception {
    makeAdapters("v000001", "v000002");
    Cluster cluster =
        Cluster.of(KafkaSettings.at(SharedBroker.bootstrapServers()), "serve-under-load");
    new TopicProvisioner(cluster.kafka(), cluster.topics()).create(Optional.empty());
    Map<String, String> settings =
        Map.of(
            "train.model",
            model.toString(),
            "generate.batch",
            "4",
            "generate.threads",
            "1",
            "generate.lock",
            "5s");
    List<GenerationResult> ends;
    try (Asker asker = new Asker(cluster);
        Worker one = new Worker(cluster, settings, Optional.empty());
        Worker two = new Worker(cluster, settings, Optional.empty())) {
      await().atMost(PATIENCE).until(() -> one.stats().isPresent() && two.stats().isPresent());
      until(asker, "base");
      write(asker, "v000001", VersionStatus.PROMOTED);
      until(asker, "v000001");
      write(asker, "v000002", VersionStatus.PROMOTED);
      until(asker, "v000002");
      write(asker, "v000001", VersionStatus.PROMOTED); // as models serve does
      until(asker, "v000001");
      write(asker, "v000002", VersionStatus.PROMOTED);
      until(asker, "v000002");
      write(asker, "v000002", VersionStatus.ROLLED_BACK);
      until(asker, "v000001");
      await().atMost(PATIENCE).until(() -> asker.ends().size() >= instructions.size());
      assertThat(one.stats().orElseThrow().answered() + two.stats().orElseThrow().answered())
          .isEqualTo(instructions.size());
      ends = asker.ends();
    }
    assertThat(ends)
        .extracting(GenerationResult::getRequestId)
        .hasSameSizeAs(instructions.keySet());
    assertThat(ends).extracting(GenerationResult::getRequestId).containsAll(instructions.keySet());
    assertThat(ends)
        .allMatch(end -> List.of(FinishReason.STOP, FinishReason.LENGTH).contains(end.getFinish()));
    assertThat(ends)
        .extracting(GenerationResult::getModel)
        .contains("base", "v000001", "v000002")
        .containsOnly("base", "v000001", "v000002");
    assertScores(ends);
  }

  private void write(Asker asker, String version, VersionStatus status) {
    asker.version(version, status, adapters.get(version));
  }

  /** Keeps the workers busy until a version has answered what was asked after this began. */
  private void until(Asker asker, String version) {
    int before = instructions.size();
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(version.equals("base") ? PATIENCE : VISIBLE)
        .until(
            () -> {
              List<GenerationResult> ends = asker.ends();
              for (int open = instructions.size() - ends.size(); open < AT_ONCE; open++) {
                ask(asker);
              }
              return ends.stream()
                  .filter(end -> Integer.parseInt(end.getRequestId().substring(1)) >= before)
                  .anyMatch(end -> end.getModel().equals(version));
            });
  }

  private void ask(Asker asker) {
    int number = instructions.size();
    String id = "q" + number;
    asker.ask(number % PARTITIONS, Asker.request(id, 12).build());
    asker.flush();
    instructions.put(id, "Add 1 and " + id + ".");
  }

  /** Adapters that change much, each in its own way. */
  private void makeAdapters(String... names) throws Exception {
    try (LoadedModel base = load(Optional.empty())) {
      for (String name : names) {
        LoraSettings shape = LoraSettings.allProjections(2, 4);
        try (LoraAdapter adapter = LoraAdapter.fresh(base.model().decoder(), shape, 1)) {
          Random random = new Random(name.hashCode());
          adapter
              .parameters()
              .list()
              .forEach(
                  parameter -> {
                    float[] values = new float[(int) parameter.value().size()];
                    for (int i = 0; i < values.length; i++) {
                      values[i] = (float) random.nextGaussian() / 2;
                    }
                    adapter.model().kernels().assign(parameter.value(), values);
                  });
          Path directory = root.resolve(name);
          adapter.save(directory, model.toString());
          adapters.put(name, directory);
        }
      }
    }
  }

  private static LoadedModel load(Optional<Path> adapter) {
    return LoadedModel.load(
        model, adapter, Compute.cpu(), TemplateChoice.of(TemplateChoice.MODEL, Map.of()));
  }

  /** The log-probabilities in the results are those of the version, and not those of another. */
  private void assertScores(List<GenerationResult> ends) {
    Map<String, List<GenerationResult>> byModel = new HashMap<>();
    ends.forEach(
        end -> byModel.computeIfAbsent(end.getModel(), name -> new ArrayList<>()).add(end));
    byModel.forEach(
        (name, results) -> {
          try (LoadedModel own = load(Optional.ofNullable(adapters.get(name)));
              LoadedModel other = load(Optional.of(other(name)))) {
            ExampleTokenizer examples = new ExampleTokenizer(own.tokenizer(), own.template(), 120);
            for (GenerationResult result : results.subList(0, Math.min(20, results.size()))) {
              int[] prompt =
                  examples.prompt(Conversation.of(instructions.get(result.getRequestId())));
              double told = result.getTokenLogProbs().stream().mapToDouble(p -> p).sum();
              assertThat(prompt).as(name).hasSize(result.getPromptTokens());
              assertThat(told)
                  .as("%s %s", name, result)
                  .isCloseTo(logProb(own, prompt, result), within(1e-2));
              assertThat(Math.abs(told - logProb(other, prompt, result))).isGreaterThan(0.1);
            }
          }
        });
  }

  private Path other(String name) {
    return adapters.get(name.equals("v000001") ? "v000002" : "v000001");
  }

  private static double logProb(LoadedModel model, int[] prompt, GenerationResult result) {
    List<Integer> written = result.getTokenIds();
    int[] ids =
        IntStream.concat(IntStream.of(prompt), written.stream().mapToInt(Integer::intValue))
            .toArray();
    float[][] logits = model.model().logits(ids);
    double sum = 0;
    for (int i = 0; i < written.size(); i++) {
      float[] row = logits[prompt.length + i - 1];
      double all = 0;
      for (int id = 0; id < model.tokenizer().vocabularySize(); id++) { // the rest is padding
        all += Math.exp(row[id]);
      }
      sum += row[written.get(i)] - Math.log(all);
    }
    return sum;
  }
}
