package dev.alluvium.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.cli.testing.SmallFlow;
import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.text.Conversation;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TemplateChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trainer promotes two versions, {@code models serve} and {@code models rollback} change which of
 * them answers, and meanwhile two workers are never without a request; then answers are scored by
 * the version that they say they are from.
 */
class ServeUnderLoadIT {
  /** From an order until all answers are by the version it is for. */
  private static final Duration VISIBLE = Duration.ofSeconds(10);

  private static final Duration PATIENCE = SmallFlow.PATIENCE;

  /** Answers of each version that are scored. */
  private static final int SCORED = 30;

  /** Both versions are promoted, whatever they have learnt: this is about who answers. */
  private static final Map<String, String> WIDE =
      Map.of("train.gate.perplexityBudget", "1000", "train.gate.cumulativeBudget", "1000");

  @TempDir private Path directory;

  @Test
  void noRequestFailsAndEveryAnswerIsOfTheVersionItNames() throws Exception {
    try (SmallFlow flow = new SmallFlow("serve-under-load", directory, WIDE);
        Worker one = new Worker(flow.cluster(), workerSettings(flow), Optional.empty());
        Worker two = new Worker(flow.cluster(), workerSettings(flow), Optional.empty());
        Load load = new Load(flow.cluster())) {
      load.until("base", System.nanoTime(), PATIENCE);
      flow.good();
      load.until("v000001", System.nanoTime(), VISIBLE);
      flow.worse("other", 120, 60);
      load.until("v000002", System.nanoTime(), VISIBLE);

      order(flow, load, "serve", "v1", "v000001");
      order(flow, load, "serve", "v2", "v000002");
      flow.waiting("more", 180, 120); // the order comes behind windows that are not trained yet
      order(flow, load, "rollback", "v1", "v000001");
      assertThat(flow.models().get("versions"))
          .extracting(version -> version.get("status").asText())
          .containsExactly("PROMOTED", "ROLLED_BACK");

      List<GenerationResult> ends = load.ends(PATIENCE);
      assertThat(one.stats().orElseThrow().answered() + two.stats().orElseThrow().answered())
          .isEqualTo(load.asked());
      assertThat(ends)
          .hasSize(load.asked())
          .allMatch(
              end -> List.of(FinishReason.STOP, FinishReason.LENGTH).contains(end.getFinish()));
      assertThat(ends)
          .extracting(GenerationResult::getRequestId)
          .as("each has one end")
          .doesNotHaveDuplicates();
      assertThat(ends)
          .extracting(GenerationResult::getModel)
          .contains("base", "v000001", "v000002")
          .containsOnly("base", "v000001", "v000002");
      assertScores(flow, ends);
    }
  }

  private static Map<String, String> workerSettings(SmallFlow flow) {
    return Map.of(
        "train.model", flow.model().toString(),
        "generate.batch", "4",
        "generate.threads", "1",
        "generate.lock", "5s");
  }

  /** Gives an order by the command line, and looks how soon it is seen in the answers. */
  private static void order(
      SmallFlow flow, Load load, String verb, String version, String answering) {
    long begin = System.nanoTime();
    assertThat(flow.order(verb, version).get("accepted").asBoolean()).isTrue();
    assertThat(load.until(answering, begin, VISIBLE)).isLessThan(VISIBLE);
  }

  /** The log-probabilities in the results are those of the version, and not those of another. */
  private static void assertScores(SmallFlow flow, List<GenerationResult> ends) {
    Map<String, Optional<Path>> adapters = new TreeMap<>();
    adapters.put("base", Optional.empty());
    flow.models()
        .get("versions")
        .forEach(
            version ->
                adapters.put(
                    version.get("version").asText(),
                    Optional.of(Path.of(version.get("path").asText()))));
    Optional<Path> other = adapters.get("v000002");
    for (Map.Entry<String, Optional<Path>> version : adapters.entrySet()) {
      List<GenerationResult> results =
          ends.stream().filter(end -> end.getModel().equals(version.getKey())).toList();
      try (LoadedModel own = load(flow, version.getValue());
          LoadedModel another = load(flow, other)) {
        ExampleTokenizer examples = new ExampleTokenizer(own.tokenizer(), own.template(), 120);
        int toldApart = 0;
        for (int i = 0; i < SCORED; i++) {
          // the first, the last and those between: of before a switch as of after it
          GenerationResult result = results.get(i * (results.size() - 1) / (SCORED - 1));
          int[] prompt = examples.prompt(Conversation.of(Load.instruction(result)));
          double told = result.getTokenLogProbs().stream().mapToDouble(p -> p).sum();
          assertThat(prompt).as(version.getKey()).hasSize(result.getPromptTokens());
          assertThat(told)
              .as("%s %s", version.getKey(), result)
              .isCloseTo(logProb(own, prompt, result), within(1e-2));
          if (Math.abs(told - logProb(another, prompt, result)) > 0.1) {
            toldApart++;
          }
        }
        assertThat(toldApart).as("by %s for certain", version.getKey()).isGreaterThan(SCORED / 2);
      }
      other = version.getValue();
    }
  }

  private static LoadedModel load(SmallFlow flow, Optional<Path> adapter) {
    return LoadedModel.load(
        flow.model(), adapter, Compute.cpu(), TemplateChoice.of(TemplateChoice.MODEL, Map.of()));
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
