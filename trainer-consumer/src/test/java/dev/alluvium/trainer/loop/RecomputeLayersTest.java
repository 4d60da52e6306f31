package dev.alluvium.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.config.TrainSettings.AdapterSettings;
import dev.alluvium.trainer.config.TrainSettings.CommitSettings;
import dev.alluvium.trainer.config.TrainSettings.GateSettings;
import dev.alluvium.trainer.config.TrainSettings.KeepSettings;
import dev.alluvium.trainer.memory.ResidentGrowth;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The setting {@code train.recomputeLayers} trades memory for time. */
class RecomputeLayersTest {
  private static final DecoderSpec TWELVE_LAYERS =
      DecoderSpec.llama(200, 128, 12, 4, 2, 32, 344, 1e-5, 1e4, 256, true);

  @TempDir private Path directory;

  /**
   * What a step adds to the resident memory at its highest point, gaps between arrays included. How
   * much less the activations are is measured in {@code MemoryEstimateTest}.
   */
  @Test
  @EnabledOnOs(OS.LINUX) // reads the highest point from /proc
  void twelveLayersNeedLessRoomForTheSameStep() throws IOException {
    Compute compute = new Compute("cpu", Precision.FLOAT32, 1);
    try (TorchRuntime runtime = TorchRuntime.open(compute);
        Decoder decoder = Decoder.initialise(TWELVE_LAYERS, 1, runtime)) {
      decoder.save(directory, TensorType.F32);
    }
    int[] ids = new int[256];
    boolean[] trained = new boolean[256];
    Arrays.setAll(ids, t -> t * 7 % 200);
    Arrays.fill(trained, 250, 256, true);
    TokenizedExample example = new TokenizedExample(ids, trained);
    Batch batch = Batch.of(Collections.nCopies(8, example));
    try (Learner again = Learner.load(settings(1));
        Learner kept = Learner.load(settings(0))) {
      again.step().step(Batch.of(List.of(example)), 1e-4); // what the first step alone adds
      kept.step().step(Batch.of(List.of(example)), 1e-4);
      StepReport[] reports = new StepReport[2];
      long small = growth(() -> reports[0] = again.step().step(batch, 1e-4));
      // what the first, or a test before it, has left behind is used again
      long more = growth(() -> reports[1] = kept.step().step(batch, 1e-4));
      assertThat(reports[0]).isEqualTo(reports[1]);
      assertThat(small).isLessThan(more);
      // the updates were the same as well
      Batch next = Batch.of(List.of(example));
      assertThat(again.step().step(next, 1e-4)).isEqualTo(kept.step().step(next, 1e-4));
    }
  }

  private TrainSettings settings(int recomputeLayers) {
    return new TrainSettings(
        directory.toString(),
        directory.toString(),
        "cpu",
        "float32",
        1,
        1,
        "lora",
        new AdapterSettings(8, 16, 0, "all", false),
        1e-4,
        0,
        0,
        1,
        1,
        4096,
        1,
        recomputeLayers,
        256,
        "token",
        "model",
        Map.of(),
        new CommitSettings(0),
        new GateSettings(1, 0.05),
        new KeepSettings(1, 1),
        Duration.ofSeconds(10));
  }

  private static long growth(Runnable work) {
    return ResidentGrowth.of(work).orElseThrow();
  }
}
