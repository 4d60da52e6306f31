package dev.alluvium.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.alluvium.trainer.ParityFixture;
import dev.alluvium.trainer.batch.Batch;
import dev.alluvium.trainer.loss.Normalise;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.model.lora.LoraAdapter;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import dev.alluvium.trainer.optim.AdamW;
import dev.alluvium.trainer.optim.AdamWSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Steps, scores and completions leave no native array behind, and the process does not grow. */
final class LeakTest {
  private static final int STEPS = 2_000;

  /** A score and a completion take longer than a step: they come between some of the steps. */
  private static final int STEPS_PER_SCORE = 10;

  private static final int STEPS_PER_COMPLETION = 100;

  /**
   * One ends at the model's last position, the others outgrow the cache. They are many, so that
   * caches that are lost show: 5 MiB for each completion.
   */
  private static final List<Prompt> PROMPTS =
      Stream.concat(
              Stream.of(new Prompt(new int[120], 0)),
              Stream.generate(() -> new Prompt(new int[] {1, 2, 3}, 0)).limit(63))
          .toList();

  /** Above what allocators and the code cache add; a leak of one hidden state per step is more. */
  private static final long GROWTH_BYTES = 32L << 20;

  @Test
  void twoThousandStepsLeaveTheArraysAndTheProcessAsTheyWere() throws IOException {
    try (ParityFixture fixture = ParityFixture.open("llama-gqa-tied");
        TorchRuntime runtime = TorchRuntime.open(ParityFixture.COMPUTE);
        Decoder decoder = Decoder.load(fixture.directory(), runtime);
        LoraAdapter adapter = LoraAdapter.load(decoder, fixture.adapter(), 0);
        AdamW optimizer =
            new AdamW(adapter.parameters(), AdamWSettings.defaults(), decoder.kernels());
        NDManager probe = runtime.newScope()) {
      TrainingStep step = new TrainingStep(adapter.model(), optimizer, Normalise.TOKEN);
      // Many copies of the two examples: 16 x 13 x 32 floats are 26 KiB for each hidden state.
      Batch batch = Batch.of(java.util.Collections.nCopies(16, fixture.examples().get(0)));
      IntConsumer round =
          i -> {
            step.step(batch, 1e-4);
            if (i % STEPS_PER_SCORE == 0) {
              new Scorer(LanguageModel.base(decoder)).score(batch);
            }
            if (i % STEPS_PER_COMPLETION == 0) {
              new Generator(adapter.model())
                  .complete(PROMPTS, GenerationSettings.greedy(140, 96, Set.of()), () -> false);
            }
          };
      for (int i = 0; i <= STEPS_PER_COMPLETION; i++) {
        round.accept(i);
      }
      long arrays = openArrays(probe.getParentManager());
      long bytes = residentBytes();
      for (int i = 0; i < STEPS; i++) {
        round.accept(i);
      }
      assertThat(openArrays(probe.getParentManager())).isEqualTo(arrays);
      assertThat(residentBytes() - bytes).isLessThan(GROWTH_BYTES);
    }
  }

  private static long openArrays(NDManager root) {
    return root.getManagedArrays().size();
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IllegalStateException("/proc/self/status has no line VmRSS");
  }
}
