package dev.alluvium.trainer.step;

import static dev.alluvium.trainer.ParityFixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.Parameter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits, gradients and AdamW steps of a whole model equal those of transformers and PyTorch. */
final class FullTrainingParityTest {
  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void baseLogitsEqualThoseOfTransformers(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      float[][] logits = LanguageModel.base(decoder).logits(fixture.examples().get(0).ids());
      assertClose(ParityFixture.flat(logits), fixture.expected("base.logits"), 1e-4, "logits");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.alluvium.trainer.ParityFixture#names")
  void everyWeightAfterThreeStepsEqualsThatOfPyTorch(String name) throws IOException {
    try (ParityFixture fixture = ParityFixture.open(name);
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.loadTrainable(fixture.directory(), runtime);
        AdamW optimizer = new AdamW(decoder.parameters(), fixture.adamw(), decoder.kernels())) {
      TrainingStep step = new TrainingStep(LanguageModel.base(decoder), optimizer, Normalise.TOKEN);
      Batch batch = Batch.of(fixture.examples());
      for (int i = 0; i < 3; i++) {
        StepReport report = step.step(batch, 1e-2);
        assertThat(report.skipped()).isFalse();
        assertThat(report.loss())
            .isCloseTo(fixture.numbers().at("/full/losses/" + i).asDouble(), within(1e-4));
        assertThat(report.gradientNorm())
            .isCloseTo(fixture.numbers().at("/full/gradientNorms/" + i).asDouble(), within(1e-3));
      }
      for (Parameter parameter : decoder.parameters().list()) {
        NDArray value = parameter.value();
        assertClose(
            decoder.kernels().download(value),
            fixture.expected("full.stepped." + parameter.name()),
            1e-4,
            parameter.name());
      }
    }
  }
}
