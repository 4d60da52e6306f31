package dev.alluvium.trainer.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.config.AdapterSettings;
import dev.alluvium.trainer.config.CommitSettings;
import dev.alluvium.trainer.config.GateSettings;
import dev.alluvium.trainer.config.GuardSettings;
import dev.alluvium.trainer.config.KeepSettings;
import dev.alluvium.trainer.config.KlSettings;
import dev.alluvium.trainer.config.SftMixSettings;
import dev.alluvium.trainer.config.TrainSettings;
import dev.alluvium.trainer.memory.ResidentGrowth;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.step.StepReport;
import dev.alluvium.trainer.text.TokenizedExample;
import dev.alluvium.trainer.weights.TensorType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The setting {@code train.recomputeLayers} trades memory for time. */
class RecomputeLayersTest {
  private static final Pattern TOLD =
      Pattern.compile("added (-?\\d+) and (-?\\d+), same (true|false)");

  private static final DecoderSpec TWELVE_LAYERS =
      DecoderSpec.llama(200, 128, 12, 4, 2, 32, 344, 1e-5, 1e4, 256, true);

  @TempDir private Path directory;

  /**
   * What a step adds to the resident memory of a process of its own at its highest point, gaps
   * between arrays included. How much less the activations are is measured in {@code
   * MemoryEstimateTest}.
   */
  @Test
  @EnabledOnOs(OS.LINUX) // reads the highest point from /proc
  void twelveLayersNeedLessRoomForTheSameStep() throws Exception {
    Compute compute = new Compute("cpu", Precision.FLOAT32, 1);
    try (TorchRuntime runtime = TorchRuntime.open(compute);
        Decoder decoder = Decoder.initialise(TWELVE_LAYERS, 1, runtime)) {
      decoder.save(directory, TensorType.F32);
    }
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                RecomputeLayersTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Matcher told = TOLD.matcher(output);
    assertThat(told.find()).as(output).isTrue();
    long small = Long.parseLong(told.group(1));
    long more = Long.parseLong(told.group(2));
    assertThat(small).isPositive().isLessThan(more);
    assertThat(told.group(3)).as("equal steps and updates").isEqualTo("true");
  }

  /** The two steps; tells what each has added, and whether they were the same. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int[] ids = new int[256];
    boolean[] trained = new boolean[256];
    Arrays.setAll(ids, t -> t * 7 % 200);
    Arrays.fill(trained, 250, 256, true);
    TokenizedExample example = new TokenizedExample(ids, trained);
    Batch batch = Batch.of(Collections.nCopies(8, example));
    Batch one = Batch.of(List.of(example));
    try (Learner again = Learner.load(settings(directory, 1));
        Learner kept = Learner.load(settings(directory, 0))) {
      again.step().step(one, 1e-4); // what the first step alone adds
      kept.step().step(one, 1e-4);
      StepReport[] reports = new StepReport[2];
      long small = growth(() -> reports[0] = again.step().step(batch, 1e-4));
      // what the first has left behind is used again: the second needs that and more
      long more = growth(() -> reports[1] = kept.step().step(batch, 1e-4));
      boolean same =
          reports[0].equals(reports[1])
              && again.step().step(one, 1e-4).equals(kept.step().step(one, 1e-4));
      System.out.println("added " + small + " and " + more + ", same " + same);
    }
  }

  private static TrainSettings settings(Path directory, int recomputeLayers) {
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
        new SftMixSettings(0, 0.5, "batch", "skill", 100),
        new KlSettings(0),
        "model",
        Map.of(),
        new CommitSettings(0),
        new GateSettings(1, 0.05, 0.1, "best", 2, "refuse", 0, 128, 0.05, 0.1),
        new GuardSettings(0, 0, 1, 0),
        new KeepSettings(1, 1, 1),
        Duration.ofSeconds(10));
  }

  private static long growth(Runnable work) {
    return ResidentGrowth.of(work).orElseThrow();
  }
}
