package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.LanguageModel;
import dev.alluvium.trainer.model.generate.GenerationSettings;
import dev.alluvium.trainer.model.generate.Generator;
import dev.alluvium.trainer.model.generate.Prompt;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;

/**
 * Greedy generation by a random decoder, in a batch and alone, each run beside the plain matrix
 * products that it cannot do without.
 */
public final class GenerateBench {
  private GenerateBench() {}

  /**
   * What to measure.
   *
   * @param spec the decoder, which gets random weights
   * @param batch texts written at once
   * @param prompt tokens of each prompt
   * @param tokens tokens written to each
   * @param warmUps runs before those that are measured, 0 or more
   * @param runs runs to measure, 1 or more
   */
  public record Plan(DecoderSpec spec, int batch, int prompt, int tokens, int warmUps, int runs) {
    public Plan {
      if (batch < 1 || prompt < 1 || tokens < 1) {
        throw new IllegalArgumentException(
            "batch is %d, prompt %d, tokens %d: expected at least 1 each"
                .formatted(batch, prompt, tokens));
      }
      if (prompt + tokens > spec.maxPositions()) {
        throw new IllegalArgumentException(
            "prompt and tokens are %d together: the model takes %d at most"
                .formatted(prompt + tokens, spec.maxPositions()));
      }
    }
  }

  /**
   * What was measured.
   *
   * @param tokensPerSecond median, reading the prompts included
   * @param boundTokensPerSecond median of what the products alone would allow
   * @param ratio median over the runs of a run's rate to the bound beside it
   * @param singleTokensPerSecond median of one text alone
   */
  public record Result(
      double tokensPerSecond,
      double boundTokensPerSecond,
      double ratio,
      double singleTokensPerSecond) {}

  /** Measures; tells the listener the number of every run that is done, those of warm-up first. */
  public static Result run(Plan plan, TorchRuntime runtime, IntConsumer progress) {
    DecoderSpec spec = plan.spec();
    try (Decoder decoder = Decoder.randomToAnswer(spec, 1, runtime);
        GenerateBound bounding = new GenerateBound(decoder.kernels(), plan)) {
      Generator generator = new Generator(LanguageModel.base(decoder));
      double[] rates = new double[plan.runs()];
      double[] bounds = new double[plan.runs()];
      double[] ratios = new double[plan.runs()];
      double[] singles = new double[plan.runs()];
      for (int i = -plan.warmUps(); i < plan.runs(); i++) {
        double before = bounding.tokensPerSecond();
        double rate = rate(generator, plan, plan.batch());
        double bound = (before + bounding.tokensPerSecond()) / 2;
        double single = rate(generator, plan, 1);
        if (i >= 0) {
          rates[i] = rate;
          bounds[i] = bound;
          ratios[i] = rate / bound;
          singles[i] = single;
        }
        progress.accept(i + plan.warmUps() + 1);
      }
      return new Result(
          Medians.of(rates), Medians.of(bounds), Medians.of(ratios), Medians.of(singles));
    }
  }

  private static double rate(Generator generator, Plan plan, int batch) {
    List<Prompt> prompts =
        LongStream.range(0, batch)
            .mapToObj(b -> new Prompt(RandomTokens.of(plan.spec(), plan.prompt(), b), b))
            .toList();
    GenerationSettings settings =
        GenerationSettings.greedy(plan.tokens(), plan.spec().vocab(), Set.of());
    long start = System.nanoTime();
    generator.complete(prompts, settings, () -> false);
    return (double) batch * plan.tokens() / ((System.nanoTime() - start) / 1e9);
  }
}
