package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step over several batches is the step over one batch that holds all of their examples. */
final class AveragingTest {
  @ParameterizedTest
  @EnumSource(Normalise.class)
  void howExamplesAreSplitIntoBatchesDoesNotMatter(Normalise normalise) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-untied")) {
      Batch together = Batch.of(fixture.examples());
      List<Batch> apart = fixture.examples().stream().map(e -> Batch.of(List.of(e))).toList();
      StepReport one = step(fixture, normalise, List.of(together));
      StepReport two = step(fixture, normalise, apart);
      assertThat(two.loss()).isCloseTo(one.loss(), within(1e-5));
      assertThat(two.nllSum()).isCloseTo(one.nllSum(), within(1e-4));
      assertThat(two.gradientNorm()).isCloseTo(one.gradientNorm(), within(1e-4));
      assertThat(two.trainedTokens()).isEqualTo(one.trainedTokens()).isEqualTo(12);
    }
  }

  private static StepReport step(ParityFixture fixture, Normalise normalise, List<Batch> batches) {
    try (TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      return new TrainingStep(adapter.model(), optimizer, normalise).step(batches, 1e-3);
    }
  }
}
