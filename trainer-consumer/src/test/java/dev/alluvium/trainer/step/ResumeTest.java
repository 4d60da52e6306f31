package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import dev.alluvium.trainer.optim.LearningRate;
import dev.alluvium.trainer.optim.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that stops and goes on from a file is training that never stopped, bit for bit. */
final class ResumeTest {
  private static final LearningRate RATE = LearningRate.constant(5e-3, 3);
  private static final LoraSettings SETTINGS = new LoraSettings(4, 8, 0.2, Targets.all(), false);

  @TempDir Path directory;

  /**
   * Losses of some steps from the optimizer's own step on, and the final numbers of the adapter.
   */
  private record Run(List<Double> losses, List<float[]> numbers) {}

  @Test
  void resumedRunEqualsUninterruptedRun() throws IOException {
    Path file = directory.resolve("state.safetensors");
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime)) {
      Run whole = run(decoder, fixture, 8, null, null);
      Run firstHalf = run(decoder, fixture, 4, null, file);
      Run secondHalf = run(decoder, fixture, 4, file, null);

      List<Double> joined = new ArrayList<>(firstHalf.losses());
      joined.addAll(secondHalf.losses());
      assertThat(joined).isEqualTo(whole.losses());
      for (int i = 0; i < whole.numbers().size(); i++) {
        assertThat(secondHalf.numbers().get(i)).isEqualTo(whole.numbers().get(i));
      }
      assertThat(whole.losses().get(7)).isLessThan(whole.losses().get(0) - 0.1);
    }
  }

  private static Run run(
      Decoder decoder,
      ParityFixture fixture,
      int steps,
      @org.jspecify.annotations.Nullable Path from,
      @org.jspecify.annotations.Nullable Path to) {
    try (LoraAdapter adapter = LoraAdapter.fresh(decoder, SETTINGS, 11);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      if (from != null) {
        assertThat(TrainingState.read(from, optimizer)).isEqualTo(Map.of("seed", "11"));
        assertThat(optimizer.step()).isEqualTo(4);
      }
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        Batch batch = Batch.of(fixture.examples());
        losses.add(step.step(batch, RATE.at(optimizer.step())).loss());
      }
      if (to != null) {
        TrainingState.write(to, optimizer, Map.of("seed", "11"));
      }
      List<float[]> numbers = new ArrayList<>();
      adapter.parameters().list().forEach(p -> numbers.add(decoder.kernels().download(p.value())));
      return new Run(losses, numbers);
    }
  }

  @Test
  void refusesTheStateOfAnotherAdapterAndChangesNothing() throws IOException {
    Path file = directory.resolve("state.safetensors");
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter other = LoraAdapter.fresh(decoder, LoraSettings.allProjections(2, 8), 1);
        AdamW optimizer =
            new AdamW(other.parameters(), AdamWSettings.defaults(), decoder.kernels())) {
      run(decoder, fixture, 1, null, file);
      assertThatThrownBy(() -> TrainingState.read(file, optimizer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a state of these parameters")
          .hasMessageContaining("wanted [2, 32]");
      assertThat(optimizer.step()).isZero();
    }
  }
}
