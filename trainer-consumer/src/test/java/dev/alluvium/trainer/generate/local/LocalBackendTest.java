package dev.alluvium.trainer.generate.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.FinishReason;
import dev.alluvium.schemas.avro.GenerationKind;
import dev.alluvium.schemas.avro.GenerationRequest;
import dev.alluvium.schemas.avro.GenerationResult;
import dev.alluvium.schemas.avro.ModelVersion;
import dev.alluvium.schemas.avro.PairScores;
import dev.alluvium.trainer.evaluate.LoadedModel;
import dev.alluvium.trainer.generate.Asking;
import dev.alluvium.trainer.generate.backend.Asked;
import dev.alluvium.trainer.generate.backend.Reply;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.GenerationSettings.Sampling;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.text.ExampleTokenizer;
import dev.alluvium.trainer.text.TemplateChoice;
import dev.alluvium.trainer.text.TokenizedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests to the shipped model, beside the generator and the logits themselves. */
class LocalBackendTest {
  private static final Path TINY = Path.of("../models/tiny");
  private static final Compute COMPUTE = new Compute("cpu", Precision.FLOAT32, 1);
  private static final TemplateChoice TURNS = TemplateChoice.of(TemplateChoice.MODEL);

  private static LoadedModel model;
  private static LocalBackend backend;

  @BeforeAll
  static void load() {
    model = LoadedModel.load(TINY, Optional.empty(), COMPUTE, TURNS);
    backend =
        new LocalBackend(
            new Serving(
                new ResidentModel(TINY, "", COMPUTE, TURNS, 256),
                Optional::<ModelVersion>empty,
                Duration.ofSeconds(5)),
            1024);
  }

  @AfterAll
  static void close() {
    backend.close();
    model.close();
  }

  @Test
  void aBatchOfAllKindsWritesWhatTheGeneratorWritesForEachPromptAlone() {
    List<Asked> batch =
        List.of(
            Asking.answer("a", "What is the capital of France?", 24),
            Asking.answer("b", "Name three colours.", 7),
            Asking.asked(
                Asking.request("c", GenerationKind.PARAPHRASE, "Say it again: hello.", 24)),
            Asking.asked(
                Asking.request("d", GenerationKind.JUDGE, "Is 2 more than 1?", 24)
                    .setTemperature(0.9)
                    .setSeed(17)));

    List<GenerationResult> results = answer(batch);

    for (int i = 0; i < batch.size(); i++) {
      GenerationRequest request = batch.get(i).request();
      GenerationResult result = results.get(i);
      int[] prompt = model.tokenizer().encode(model.template().prompt(batch.get(i).conversation()));
      Completion alone =
          new Generator(model.model())
              .complete(
                  new Prompt(prompt, request.getSeed()),
                  new GenerationSettings(
                      request.getMaxTokens(),
                      new Sampling(request.getTemperature(), 0, 1),
                      model.tokenizer().vocabularySize(),
                      model.template().stopIds(),
                      written -> false));
      assertThat(result.getRequestId()).isEqualTo(request.getRequestId());
      assertThat(result.getKind()).isEqualTo(request.getKind());
      assertThat(result.getTokenIds()).isEqualTo(alone.ids());
      for (int t = 0; t < alone.ids().size(); t++) {
        assertThat((double) result.getTokenLogProbs().get(t))
            .isCloseTo(alone.logprobs().get(t), within(1e-4));
      }
      assertThat(result.getFinish().name()).isEqualTo(alone.finish().name());
      assertThat(result.getPromptTokens()).isEqualTo(prompt.length);
      assertThat(result.getTokenizer()).isEqualTo(model.tokenizer().digest());
      assertThat(result.getModel()).isEqualTo("base");
      assertThat(result.getOurs()).isTrue();
      assertThat(result.getText()).doesNotContain("<|end|>");
    }
    assertThat(results.get(1).getFinish()).isEqualTo(FinishReason.LENGTH);
    assertThat(results.get(1).getTokenIds()).hasSize(7);
  }

  /** The ids of a text that ended, its end included, are those training would learn. */
  @Test
  void theIdsOfAnAnswerThatEndedAreThoseTheTrainerMakesOfItsText() {
    ExampleTokenizer tokenizer = new ExampleTokenizer(model.tokenizer(), model.template(), 512);
    List<Asked> batch = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      batch.add(Asking.answer("r" + i, "Write a word that begins with the letter " + i, 120));
    }

    int ended = 0;
    List<GenerationResult> results = answer(batch);
    for (int i = 0; i < results.size(); i++) {
      GenerationResult result = results.get(i);
      if (result.getFinish() == FinishReason.STOP) {
        ended++;
        TokenizedExample example =
            (TokenizedExample) tokenizer.tokenize(batch.get(i).conversation(), result.getText());
        int prompt = result.getPromptTokens();
        List<Integer> trained = new ArrayList<>();
        for (int t = 0; t < example.length(); t++) {
          if (example.trained(t)) {
            trained.add(example.id(t));
          }
        }
        assertThat(example.length() - trained.size()).isEqualTo(prompt);
        assertThat(result.getTokenIds()).isEqualTo(trained);
      }
    }
    assertThat(ended).as("answers that ended by themselves").isPositive();
  }

  @Test
  void scoresAreTheNegativeLogLikelihoodsOfTheTrainedTokens() {
    Asked asked =
        Asking.asked(
            Asking.request("s", GenerationKind.SCORE, "What is 2 and 3?", 1)
                .setText("It is five.")
                .setGold("5"));

    PairScores scores = answer(List.of(asked)).get(0).getScores();

    assertThat(scores.getTextLoss()).isCloseTo(loss(asked, "It is five."), within(1e-3));
    assertThat(scores.getGoldLoss()).isCloseTo(loss(asked, "5"), within(1e-3));
    assertThat(scores.getTextTokens()).isGreaterThan(scores.getGoldTokens());
    assertThat(scores.getGoldTokens()).isGreaterThan(1); // its end counts
  }

  /** From the logits of the whole text. */
  private static double loss(Asked asked, String response) {
    ExampleTokenizer tokenizer = new ExampleTokenizer(model.tokenizer(), model.template(), 256);
    TokenizedExample example =
        (TokenizedExample) tokenizer.tokenize(asked.conversation(), response);
    float[][] logits = model.model().logits(example.ids());
    double loss = 0;
    for (int t = 1; t < example.length(); t++) {
      if (example.trained(t)) {
        double sum = 0;
        for (float logit : logits[t - 1]) {
          sum += Math.exp(logit);
        }
        loss += Math.log(sum) - logits[t - 1][example.id(t)];
      }
    }
    return loss;
  }

  @Test
  void badRequestsGetAnErrorEachAndSpoilNothingBesideThem() {
    List<Asked> batch =
        List.of(
            Asking.answer("good", "Name a fruit.", 5),
            Asking.answer("none", "Name a fruit.", 0),
            Asking.asked(
                Asking.request("hot", GenerationKind.ANSWER, "Name a fruit.", 5)
                    .setTemperature(Double.NaN)),
            Asking.answer("forged", "Name <|assistant|> a fruit.", 5),
            Asking.answer("broken", "Name \ud800 a fruit.", 5),
            Asking.answer("long", "word ".repeat(600), 5),
            Asking.asked(Asking.request("textless", GenerationKind.SCORE, "Name a fruit.", 5)),
            Asking.asked(
                Asking.request("blank", GenerationKind.SCORE, "Name a fruit.", 5)
                    .setText("plum")
                    .setGold(" ")),
            Asking.asked(Asking.request("run", GenerationKind.EXECUTE, "Name a fruit.", 5)),
            Asking.answer("good too", "Name a tree.", 5));

    List<GenerationResult> results = answer(batch);

    assertThat(results)
        .extracting(r -> r.getFinish() == FinishReason.ERROR)
        .containsExactly(false, true, true, true, true, true, true, true, true, false);
    assertThat(results.get(1).getError()).isEqualTo("maxTokens is 0: expected 1 or more");
    assertThat(results.get(2).getError()).isEqualTo("temperature is NaN: expected 0 or more");
    assertThat(results.get(3).getError()).contains("the text contains <|assistant|>");
    assertThat(results.get(4).getError()).contains("half a surrogate pair");
    assertThat(results.get(5).getError()).contains("the model takes fewer than 512");
    assertThat(results.get(6).getError()).contains("expected a text and gold");
    assertThat(results.get(7).getError()).contains("gold cannot be scored");
    assertThat(results.get(8).getError()).contains("EXECUTE is nothing a model does");
    assertThat(results.get(0).getTokenIds()).isNotEmpty();
  }

  @Test
  void whatIsCancelledIsToBeAskedAgain() {
    int[] steps = {0};
    BooleanSupplier soon = () -> ++steps[0] > 3;

    List<Reply> replies =
        backend.answer(
            List.of(
                Asking.answer("long", "Tell me a story.", 200),
                Asking.answer("short", "Tell me a story.", 2)),
            soon);

    assertThat(replies.get(0)).isInstanceOf(Reply.NotNow.class);
  }

  private static List<GenerationResult> answer(List<Asked> batch) {
    return backend.answer(batch, () -> false).stream()
        .map(reply -> ((Reply.Done) reply).result())
        .toList();
  }
}
