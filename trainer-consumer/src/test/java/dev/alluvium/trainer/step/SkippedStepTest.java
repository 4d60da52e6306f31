package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.Kernels;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A step that is not finite leaves no trace: the next one is what it would have been without it.
 */
final class SkippedStepTest {
  @Test
  void aLossThatIsNotFiniteIsSkipped() throws IOException {
    assertThat(
            lossAfter(
                trial -> {
                  float[] kept = trial.kernels().download(trial.last());
                  float[] broken = kept.clone();
                  Arrays.fill(broken, Float.NaN);
                  trial.kernels().assign(trial.last(), broken);
                  StepReport report = trial.step().step(trial.batch(), 1e-2);
                  assertThat(report.skipped()).isTrue();
                  assertThat(report.loss()).isNaN();
                  assertThat(trial.kernels().download(trial.last())).isEqualTo(broken);
                  trial.kernels().assign(trial.last(), kept);
                }))
        .isEqualTo(lossAfter(trial -> {}));
  }

  @Test
  void aGradientThatIsNotFiniteIsSkipped() throws IOException {
    assertThat(
            lossAfter(
                trial -> {
                  trial.pushInfinity();
                  AdamW.Update update = trial.optimizer().update(1e-2);
                  assertThat(update.applied()).isFalse();
                  assertThat(update.gradientNorm()).isInfinite();
                }))
        .isEqualTo(lossAfter(trial -> {}));
  }

  private record Trial(LoraAdapter adapter, AdamW optimizer, TrainingStep step, Batch batch) {
    Kernels kernels() {
      return adapter.model().kernels();
    }

    /**
     * Nothing but the head comes after it; libtorch's attention turns a NaN before it into zeros.
     */
    NDArray last() {
      return adapter.parameters().list().get(adapter.parameters().list().size() - 1).value();
    }

    /** Gives the first parameter a gradient of infinities. */
    void pushInfinity() {
      NDArray gradient = adapter.parameters().list().get(0).gradient();
      float[] infinite = new float[(int) gradient.size()];
      Arrays.fill(infinite, Float.POSITIVE_INFINITY);
      kernels().assign(gradient, infinite);
    }
  }

  /** The loss of a third step: after a step, some trouble, and another step. */
  private static double lossAfter(Consumer<Trial> trouble) throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      Trial trial = new Trial(adapter, optimizer, step, Batch.of(fixture.examples()));
      step.step(trial.batch(), 1e-2);
      trouble.accept(trial);
      assertThat(optimizer.step()).isEqualTo(1);
      step.step(trial.batch(), 1e-2);
      assertThat(optimizer.step()).isEqualTo(2);
      return step.step(trial.batch(), 1e-2).loss();
    }
  }
}
