package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import java.util.List;
import java.util.function.IntConsumer;

/** Answers of a checkpoint to given prompts, of whatever lengths they are, in batches. */
public final class AnswerBench {
  private AnswerBench() {}

  /**
   * What was measured.
   *
   * @param tokens of all answers, their ends included
   * @param tokensPerSecond median of the runs, reading the prompts included
   */
  public record Result(long tokens, double tokensPerSecond) {}

  /**
   * Measures; tells the listener the number of every run that is done, those of warm-up first.
   *
   * @param batch prompts answered at once, taken in their order
   * @param warmUps runs before those that are measured
   */
  public static Result run(
      LanguageModel model,
      List<Prompt> prompts,
      GenerationSettings settings,
      int batch,
      int warmUps,
      int runs,
      IntConsumer progress) {
    Generator generator = new Generator(model);
    double[] rates = new double[runs];
    long tokens = 0;
    for (int i = -warmUps; i < runs; i++) {
      long start = System.nanoTime();
      tokens =
          generator.complete(prompts, batch, settings, () -> false).stream()
              .mapToLong(completion -> completion.ids().size())
              .sum();
      if (i >= 0) {
        rates[i] = tokens / ((System.nanoTime() - start) / 1e9);
      }
      progress.accept(i + warmUps + 1);
    }
    return new Result(tokens, Medians.of(rates));
  }
}
