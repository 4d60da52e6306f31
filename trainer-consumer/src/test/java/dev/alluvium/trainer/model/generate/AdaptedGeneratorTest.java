package dev.alluvium.trainer.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Generation goes through all layers at once, with the adapters of all layers. */
final class AdaptedGeneratorTest {
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void writesWithTheProbabilitiesOfTheAdaptedModelMergedOrNot(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        Decoder answering = Decoder.loadToAnswer(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        LoraAdapter theirs = LoraAdapter.load(answering, fixture.adapter(), 0)) {
      List<Completion> base = written(LanguageModel.base(decoder));
      List<Completion> adapted = written(adapter.model());
      assertThat(ids(adapted)).isNotEqualTo(ids(base));
      assertThat(farthest(adapter.model(), adapted)).isLessThan(1e-4);
      assertThat(farthest(adapter.model(), written(theirs.model()))).isLessThan(1e-4);

      decoder.merge(adapter);
      assertThat(farthest(theirs.model(), written(adapter.model()))).isLessThan(1e-4);
    }
  }

  /** Where the order of sums differs, so do the last of 8 bits. */
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void inBfloat16TheProbabilitiesAreNear(String name) throws IOException {
    Compute bfloat16 = new Compute("cpu", Precision.BFLOAT16, 1);
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(bfloat16);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0)) {
      assertThat(farthest(adapter.model(), written(adapter.model()))).isLessThan(0.15);
    }
  }

  private static List<Prompt> prompts(LanguageModel model) {
    int vocab = model.decoder().spec().vocab();
    return IntStream.of(1, 7, 19)
        .mapToObj(
            length ->
                new Prompt(
                    IntStream.range(0, length).map(t -> (t * 5 + length) % vocab).toArray(), 0))
        .toList();
  }

  private static List<Completion> written(LanguageModel model) {
    int vocab = model.decoder().spec().vocab();
    return new Generator(model)
        .complete(prompts(model), GenerationSettings.greedy(40, vocab, Set.of()), () -> false);
  }

  private static double farthest(LanguageModel model, List<Completion> completions) {
    List<Prompt> prompts = prompts(model);
    return IntStream.range(0, prompts.size())
        .mapToDouble(b -> OnePiece.distance(model, prompts.get(b).ids(), completions.get(b)))
        .max()
        .orElseThrow();
  }

  private static List<List<Integer>> ids(List<Completion> completions) {
    return completions.stream().map(Completion::ids).toList();
  }
}
