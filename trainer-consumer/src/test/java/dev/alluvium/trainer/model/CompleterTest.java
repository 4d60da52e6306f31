package dev.alluvium.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Completion.Finish;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompleterTest {
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void writesWhatTransformersGeneratesAndKnowsItsProbability(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      int[] prompt = ParityFixture.ints(fixture.numbers().at("/greedy/prompt"));
      int[] wanted = ParityFixture.ints(fixture.numbers().at("/greedy/ids"));
      Completion completion =
          new Completer(model).complete(prompt, CompletionSettings.greedy(wanted.length, Set.of()));
      assertThat(completion.ids())
          .containsExactlyElementsOf(Arrays.stream(wanted).boxed().toList());
      assertThat(completion.finish()).isEqualTo(Finish.LENGTH);

      int[] all = Arrays.copyOf(prompt, prompt.length + wanted.length);
      System.arraycopy(wanted, 0, all, prompt.length, wanted.length);
      float[][] logits = model.logits(all); // in one piece, without a cache
      for (int i = 0; i < wanted.length; i++) {
        assertThat(completion.logprobs().get(i))
            .isCloseTo(
                TokenChoice.logProbability(logits[prompt.length - 1 + i], wanted[i]), within(1e-4));
      }
    }
  }

  @Test
  void stopsAtAStopTokenAndAtTheLastPosition() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Completer completer = new Completer(LanguageModel.base(decoder));
      int[] prompt = ParityFixture.ints(fixture.numbers().at("/greedy/prompt"));
      int third = fixture.numbers().at("/greedy/ids/2").asInt();
      Completion stopped = completer.complete(prompt, CompletionSettings.greedy(8, Set.of(third)));
      assertThat(stopped.ids()).hasSize(3).endsWith(third);
      assertThat(stopped.finish()).isEqualTo(Finish.STOP);

      Completion full = completer.complete(new int[252], CompletionSettings.greedy(99, Set.of()));
      assertThat(full.ids()).hasSize(4); // the model has 256 positions
      assertThat(full.finish()).isEqualTo(Finish.LENGTH);
      assertThatThrownBy(
              () -> completer.complete(new int[256], CompletionSettings.greedy(1, Set.of())))
          .hasMessageContaining("prompt of 256 tokens: the model takes fewer than 256");
      assertThatThrownBy(
              () -> completer.complete(new int[] {1, 96}, CompletionSettings.greedy(1, Set.of())))
          .hasMessageContaining("token id 96 at position 1: the model's vocabulary is 0 to 95");
    }
  }

  @Test
  void theSeedDecidesADraw() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Completer completer = new Completer(LanguageModel.base(decoder));
      CompletionSettings first = new CompletionSettings(12, 1, 5, Set.of());
      CompletionSettings other = new CompletionSettings(12, 1, 6, Set.of());
      List<Integer> drawn = completer.complete(new int[] {7, 8}, first).ids();
      assertThat(completer.complete(new int[] {7, 8}, first).ids()).isEqualTo(drawn);
      assertThat(completer.complete(new int[] {7, 8}, other).ids()).isNotEqualTo(drawn);
    }
  }

  /**
   * Logits of log 1, 2, 3, 4 are the probabilities 0.1 to 0.4; at temperature 0.5 they are squared
   * first.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5})
  void drawsFollowTheTemperature(double temperature) {
    float[] logits = {0, (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)};
    double[] share =
        temperature == 1
            ? new double[] {.1, .2, .3, .4}
            : new double[] {1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0};
    TokenChoice choice = new TokenChoice(temperature, 3);
    int[] counts = new int[4];
    for (int i = 0; i < 40_000; i++) {
      counts[choice.choose(logits)]++;
    }
    for (int i = 0; i < 4; i++) { // five standard errors are at most 0.0125
      assertThat(counts[i] / 40_000.0).isCloseTo(share[i], within(0.0125));
    }
    assertThat(TokenChoice.logProbability(logits, 2)).isCloseTo(Math.log(0.3), within(1e-6));
  }
}
