package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.text.TokenizedExample;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ScorerTest {
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void scoresAreSumsOverTheLogitsWhateverThePadding(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      List<Score> together = new Scorer(model).score(Batch.of(fixture.examples()));
      for (int i = 0; i < fixture.examples().size(); i++) {
        TokenizedExample example = fixture.examples().get(i);
        assertThat(together.get(i).nllSum()).isCloseTo(nll(model, example), within(1e-4));
        assertThat(together.get(i).tokens()).isEqualTo(example.trainedTokens());
        Score alone = new Scorer(model).score(Batch.of(List.of(example))).get(0);
        assertThat(alone.nllSum()).isCloseTo(together.get(i).nllSum(), within(1e-4));
      }
    }
  }

  private static double nll(LanguageModel model, TokenizedExample example) {
    float[][] logits = model.logits(example.ids());
    double sum = 0;
    for (int t = 1; t < example.length(); t++) {
      if (example.trained(t)) {
        double total = 0;
        for (float logit : logits[t - 1]) {
          total += Math.exp(logit);
        }
        sum += Math.log(total) - logits[t - 1][example.id(t)];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void whatTheModelWroteIsExactAndAnythingElseIsNot(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      int[] prompt = {3, 1, 4};
      Completion written =
          new Generator(model)
              .complete(
                  new Prompt(prompt, 0),
                  GenerationSettings.greedy(4, decoder.spec().vocab(), Set.of()));
      List<Integer> changed =
          List.of(written.ids().get(0), (written.ids().get(1) + 1) % decoder.spec().vocab());
      Batch batch =
          Batch.of(Stream.of(written.ids(), changed).map(ids -> after(prompt, ids)).toList());
      assertThat(new Scorer(model).score(batch))
          .extracting(Score::exact)
          .containsExactly(true, false);
    }
  }

  private static TokenizedExample after(int[] prompt, List<Integer> ids) {
    int[] all = new int[prompt.length + ids.size()];
    boolean[] trained = new boolean[all.length];
    for (int t = 0; t < all.length; t++) {
      trained[t] = t >= prompt.length;
      all[t] = trained[t] ? ids.get(t - prompt.length) : prompt[t];
    }
    return new TokenizedExample(all, trained);
  }
}
