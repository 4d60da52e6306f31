package dev.alluvium.trainer.model.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.Completion.Finish;
import dev.alluvium.trainer.model.generate.GenerationSettings.Sampling;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class GeneratorTest {
  private static final String NAME = "llama-gqa-tied"; // 96 tokens, 256 positions

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void writesWhatTransformersGeneratesAndKnowsItsProbability(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      int[] prompt = prompt(fixture);
      int[] wanted = ParityFixture.ints(fixture.numbers().at("/greedy/ids"));
      Completion completion =
          new Generator(model).complete(new Prompt(prompt, 0), greedy(model, wanted.length));
      assertThat(completion.ids())
          .containsExactlyElementsOf(Arrays.stream(wanted).boxed().toList());
      assertThat(completion.finish()).isEqualTo(Finish.LENGTH);
      assertLogprobs(model, prompt, completion); // in one piece, without a cache
    }
  }

  /** Prompts of other lengths beside it, which end and begin at other times, change nothing. */
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void aBatchWritesWhatEachPromptWouldGetAlone(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      Generator generator = new Generator(model);
      int vocab = decoder.spec().vocab();
      int stop = ParityFixture.ints(fixture.numbers().at("/greedy/ids"))[30];
      GenerationSettings settings = GenerationSettings.greedy(90, vocab, Set.of(stop));
      List<Prompt> prompts = new ArrayList<>(List.of(new Prompt(prompt(fixture), 0)));
      for (int length : new int[] {1, 2, 17, 9, 40}) {
        int[] ids = new int[length];
        Arrays.setAll(ids, t -> (t * 11 + 7 * length) % vocab);
        prompts.add(new Prompt(ids, 0));
      }
      List<Completion> alone = prompts.stream().map(p -> generator.complete(p, settings)).toList();
      assertThat(alone.get(0).finish()).isEqualTo(Finish.STOP);
      for (int atOnce : new int[] {1, 2, 4, prompts.size()}) {
        List<Completion> together = generator.complete(prompts, atOnce, settings, () -> false);
        for (int b = 0; b < prompts.size(); b++) {
          assertThat(together.get(b).finish()).isEqualTo(alone.get(b).finish());
          assertThat(together.get(b).ids()).isEqualTo(alone.get(b).ids());
          assertLogprobs(model, prompts.get(b).ids(), together.get(b));
        }
      }
    }
  }

  private static void assertLogprobs(LanguageModel model, int[] prompt, Completion completion) {
    assertThat(OnePiece.distance(model, prompt, completion)).isLessThan(1e-4);
  }

  /** The table of angles grows in the midst of a text, while another thread calculates with it. */
  @Test
  void positionsBeyondTheFirstTableAreRightWhileOthersAreScored() throws Exception {
    DecoderSpec spec = DecoderSpec.llama(50, 16, 2, 2, 1, 8, 24, 1e-5, 1e4, 1200, false);
    int[] prompt = IntStream.range(0, 500).map(t -> t * 7 % 50).toArray();
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.initialise(spec, 3, runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      float[] wanted = ParityFixture.flat(model.logits(prompt));
      AtomicBoolean done = new AtomicBoolean();
      CompletableFuture<Integer> scoring =
          CompletableFuture.supplyAsync(
              () -> {
                TorchRuntime.useThreads(1);
                int passes = 0;
                while (!done.get() || passes == 0) {
                  assertThat(ParityFixture.flat(model.logits(prompt))).isEqualTo(wanted);
                  passes++;
                }
                return passes;
              });
      Completion completion =
          new Generator(model).complete(new Prompt(prompt, 0), greedy(model, 600));
      done.set(true);
      assertThat(scoring.get(1, TimeUnit.MINUTES)).isPositive();
      assertThat(completion.ids()).hasSize(600);
      assertLogprobs(model, prompt, completion);
    }
  }

  @Test
  void stopsAtAStopTokenAStopTextAndTheLastPosition() throws IOException {
    try (ParityFixture fixture = ParityFixture.open(NAME);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      LanguageModel model = LanguageModel.base(decoder);
      Generator generator = new Generator(model);
      Prompt prompt = new Prompt(prompt(fixture), 0);
      int third = fixture.numbers().at("/greedy/ids/2").asInt();
      Completion stopped =
          generator.complete(prompt, GenerationSettings.greedy(8, 96, Set.of(third)));
      assertThat(stopped.ids()).hasSize(3).endsWith(third);
      assertThat(stopped.finish()).isEqualTo(Finish.STOP);

      Completion told =
          generator.complete(
              prompt,
              new GenerationSettings(
                  8, Sampling.GREEDY, 96, Set.of(), written -> written.size() == 5));
      assertThat(told.ids()).hasSize(5);
      assertThat(told.finish()).isEqualTo(Finish.STOP);

      // One reaches the last of 256 positions while the other has many left.
      List<Completion> full =
          generator.complete(
              List.of(new Prompt(new int[252], 0), prompt), greedy(model, 99), () -> false);
      assertThat(full.get(0).ids()).hasSize(4);
      assertThat(full.get(0).finish()).isEqualTo(Finish.LENGTH);
      assertThat(full.get(1).ids())
          .hasSize(99)
          .isEqualTo(generator.complete(prompt, greedy(model, 99)).ids());
    }
  }

  @Test
  void cancellingEndsEveryTextWithWhatItHas() throws IOException {
    try (ParityFixture fixture = ParityFixture.open(NAME);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      int[] asked = {0};
      List<Completion> completions =
          new Generator(LanguageModel.base(decoder))
              .complete(
                  List.of(
                      new Prompt(new int[] {1}, 0),
                      new Prompt(new int[] {2, 3}, 0),
                      new Prompt(new int[] {4}, 0)),
                  2,
                  GenerationSettings.greedy(50, 96, Set.of()),
                  () -> ++asked[0] > 3);
      assertThat(completions).extracting(Completion::finish).containsOnly(Finish.CANCELLED);
      assertThat(completions).extracting(c -> c.ids().size()).containsExactly(4, 4, 0);
    }
  }

  @Test
  void refusesPromptsTheModelCannotTake() throws IOException {
    try (ParityFixture fixture = ParityFixture.open(NAME);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Generator generator = new Generator(LanguageModel.base(decoder));
      GenerationSettings one = GenerationSettings.greedy(1, 96, Set.of());
      assertThatThrownBy(() -> generator.complete(new Prompt(new int[256], 0), one))
          .hasMessageContaining("prompt of 256 tokens: the model takes fewer than 256");
      assertThatThrownBy(() -> generator.complete(new Prompt(new int[] {1, 96}, 0), one))
          .hasMessageContaining("token id 96 at position 1: the model's vocabulary is 0 to 95");
      assertThatThrownBy(() -> generator.complete(new Prompt(new int[0], 0), one))
          .hasMessageContaining("no token ids");
      List<Prompt> some = List.of(new Prompt(new int[] {1}, 0));
      assertThatThrownBy(() -> generator.complete(some, 0, one, () -> false))
          .hasMessage("0 texts at once: expected 1 or more");
    }
  }

  @Test
  void theSeedOfAPromptDecidesItsDrawsWhateverIsBesideIt() throws IOException {
    try (ParityFixture fixture = ParityFixture.open(NAME);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Generator generator = new Generator(LanguageModel.base(decoder));
      GenerationSettings draws =
          new GenerationSettings(12, new Sampling(1, 0, 1), 96, Set.of(), written -> false);
      int[] ids = {7, 8};
      Completion drawn = generator.complete(new Prompt(ids, 5), draws);
      List<Completion> again =
          generator.complete(
              List.of(new Prompt(new int[] {3}, 1), new Prompt(ids, 5), new Prompt(ids, 6)),
              draws,
              () -> false);
      assertThat(again.get(1).ids()).isEqualTo(drawn.ids());
      assertThat(again.get(2).ids()).isNotEqualTo(drawn.ids());
    }
  }

  /** Rows of the head beyond the vocabulary are padding: never written, however likely. */
  @Test
  void writesNoTokenBeyondTheVocabulary() throws IOException {
    try (ParityFixture fixture = ParityFixture.open(NAME);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Generator generator = new Generator(LanguageModel.base(decoder));
      for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(5, 0, 1))) {
        GenerationSettings few =
            new GenerationSettings(60, sampling, 9, Set.of(), written -> false);
        assertThat(generator.complete(new Prompt(new int[] {1, 2}, 3), few).ids())
            .allMatch(id -> id < 9);
      }
    }
  }

  private static int[] prompt(ParityFixture fixture) {
    return ParityFixture.ints(fixture.numbers().at("/greedy/prompt"));
  }

  private static GenerationSettings greedy(LanguageModel model, int maxTokens) {
    return GenerationSettings.greedy(maxTokens, model.decoder().spec().vocab(), Set.of());
  }
}
