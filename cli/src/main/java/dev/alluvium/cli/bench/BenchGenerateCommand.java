package dev.alluvium.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.process.PeakMemory;
import dev.alluvium.trainer.bench.GenerateBench;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium bench generate}: batched generation beside plain matrix multiplications. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Write tokens to a batch of random prompts and report the share of the rate that the matrix",
      "products alone would allow: those of the prompts, of each token, and of attention with the",
      "keys and values half way. Measured around every run."
    })
final class BenchGenerateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ShapeOptions shape = new ShapeOptions();

  @Mixin private RunOptions repeats = new RunOptions();

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Texts written at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--prompt",
      defaultValue = "32",
      description = "Tokens of a prompt. Default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--tokens",
      defaultValue = "96",
      description = "Tokens written to each. Default: ${DEFAULT-VALUE}.")
  private int tokens;

  @Override
  public Integer call() {
    GenerateBench.Plan plan = plan();
    GenerateBench.Result result;
    try (TorchRuntime runtime = TorchRuntime.open(shape.compute());
        Progress progress = repeats.progress(common.err())) {
      result = GenerateBench.run(plan, runtime, progress::reached);
    }
    if (common.json()) {
      common.print(json(plan, result));
    } else {
      common
          .out()
          .printf(
              Locale.ROOT,
              "%,.0f of %,.0f tokens/s: %.2f of the bound; one text alone: %,.0f tokens/s%n",
              result.tokensPerSecond(),
              result.boundTokensPerSecond(),
              result.ratio(),
              result.singleTokensPerSecond());
      common.out().flush();
    }
    return ExitCodes.DONE;
  }

  private GenerateBench.Plan plan() {
    try {
      return new GenerateBench.Plan(
          shape.spec(prompt + tokens), batch, prompt, tokens, repeats.warmUps(), repeats.runs());
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode json(GenerateBench.Plan plan, GenerateBench.Result result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    shape.describe(json, plan.spec());
    json.put("batch", batch).put("prompt", prompt).put("tokens", tokens);
    json.put("tokens_per_second", result.tokensPerSecond());
    json.put("bound_tokens_per_second", result.boundTokensPerSecond());
    json.put("ratio", result.ratio());
    json.put("single_tokens_per_second", result.singleTokensPerSecond());
    PeakMemory.ofThisProcess().ifPresent(mb -> json.put("peak_rss_mb", mb));
    return json;
  }
}
