package dev.alluvium.cli.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.process.Lifetime;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.pretrain.PretrainProgress;
import dev.alluvium.trainer.pretrain.PretrainReport;
import dev.alluvium.trainer.pretrain.PretrainSettings;
import dev.alluvium.trainer.pretrain.Pretraining;
import dev.alluvium.trainer.pretrain.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium pretrain}: a small base model from text files. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Train a small Llama-layout base model from nothing.",
      "Files hold a JSON object a line: texts (id, source, text) or pairs (id, source, instruction,",
      "context?, response). The defaults are those of models/tiny. Interrupted, the same command goes on",
      "where it stopped."
    })
public final class PretrainCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private Lifetime.Options lifetime = new Lifetime.Options();

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Text files, gzip or not.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Model directory to write; a tokenizer.json that is there is used.")
  private Path output = Path.of("");

  @ArgGroup(exclusive = false, heading = "%nThe model%n")
  private Shape shape = new Shape();

  @ArgGroup(exclusive = false, heading = "%nThe training%n")
  private Plan plan = new Plan();

  /** Sizes of the decoder. */
  static final class Shape {
    @Option(
        names = "--vocab",
        defaultValue = "4096",
        description = "Tokens. Default: ${DEFAULT-VALUE}.")
    private int vocab;

    @Option(
        names = "--width",
        defaultValue = "256",
        description = "Width. Default: ${DEFAULT-VALUE}.")
    private int width;

    @Option(
        names = "--layers",
        defaultValue = "6",
        description = "Layers. Default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(
        names = "--heads",
        defaultValue = "4",
        description = "Query heads. Default: ${DEFAULT-VALUE}.")
    private int heads;

    @Option(
        names = "--kv-heads",
        defaultValue = "2",
        description = "Key and value heads. Default: ${DEFAULT-VALUE}.")
    private int kvHeads;

    @Option(
        names = "--head-size",
        defaultValue = "64",
        description = "Head size. Default: ${DEFAULT-VALUE}.")
    private int headSize;

    @Option(
        names = "--mlp",
        defaultValue = "688",
        description = "MLP width. Default: ${DEFAULT-VALUE}.")
    private int mlp;

    @Option(
        names = "--positions",
        defaultValue = "512",
        description = "Context. Default: ${DEFAULT-VALUE}.")
    private int positions;

    DecoderSpec spec() {
      return DecoderSpec.llama(
          vocab, width, layers, heads, kvHeads, headSize, mlp, 1e-5, 10_000, positions, true);
    }
  }

  /** How long and how fast. */
  static final class Plan {
    @Option(
        names = "--tokens",
        defaultValue = "6000000",
        description = "Tokens to train in all. Default: ${DEFAULT-VALUE}.")
    private long tokens;

    @Option(
        names = "--sequence",
        defaultValue = "512",
        description = "Tokens in a sequence. Default: ${DEFAULT-VALUE}.")
    private int sequence;

    @Option(
        names = "--batch-tokens",
        defaultValue = "2048",
        description = "Tokens in a pass. Default: ${DEFAULT-VALUE}.")
    private int batchTokens;

    @Option(
        names = "--step-tokens",
        defaultValue = "4096",
        description = "Tokens in a step. Default: ${DEFAULT-VALUE}.")
    private int stepTokens;

    @Option(
        names = "--learning-rate",
        defaultValue = "0.002",
        description = "Peak rate. Default: ${DEFAULT-VALUE}.")
    private double learningRate;

    @Option(
        names = "--weight-decay",
        defaultValue = "0.1",
        description = "AdamW's decay. Default: ${DEFAULT-VALUE}.")
    private double weightDecay;

    @Option(
        names = "--answers-only",
        description = {
          "Train every pair in a row of its own, and only on its answer, as a stream does;",
          "--sequence is then the longest pair. Default: join everything, train on all tokens."
        })
    private boolean answersOnly;

    @Option(
        names = "--held-out",
        defaultValue = "2",
        description = "Percent of the texts that is never trained. Default: ${DEFAULT-VALUE}.")
    private int heldOut;

    @Option(
        names = "--seed",
        defaultValue = "7",
        description = "Decides weights and order. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
        names = "--save-minutes",
        defaultValue = "5",
        description = "Minutes between two copies on disk. Default: ${DEFAULT-VALUE}.")
    private int saveMinutes;

    @Option(
        names = "--device",
        defaultValue = "cpu",
        description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(
        names = "--dtype",
        defaultValue = "bfloat16",
        description = "float32 or bfloat16. Default: ${DEFAULT-VALUE}.")
    private String dtype = "bfloat16";

    @Option(
        names = "--threads",
        defaultValue = "2",
        description = "CPU threads. Default: ${DEFAULT-VALUE}.")
    private int threads;
  }

  @Override
  public Integer call() {
    try (Lifetime untilStopped = lifetime.begin()) {
      return train(untilStopped);
    }
  }

  /** What it says of a stop it says before the process may end. */
  private int train(Lifetime untilStopped) {
    try {
      print(
          Pretraining.run(
              settings(), progress -> common.say(line(progress)), untilStopped::isOver));
      return ExitCodes.DONE;
    } catch (CancellationException e) {
      common.say("alluvium: " + e.getMessage());
      return ExitCodes.FAILED;
    }
  }

  private PretrainSettings settings() {
    try {
      return new PretrainSettings(
          inputs,
          output,
          shape.spec(),
          new Schedule(
              plan.sequence,
              plan.batchTokens,
              plan.stepTokens,
              plan.tokens,
              plan.learningRate,
              plan.weightDecay),
          plan.answersOnly,
          plan.heldOut,
          plan.seed,
          Duration.ofMinutes(plan.saveMinutes),
          new Compute(plan.device, Precision.parse(plan.dtype), plan.threads));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static String line(PretrainProgress progress) {
    String measured =
        progress.heldOutPerplexity().isPresent()
            ? String.format(
                Locale.ROOT,
                ", held-out perplexity %.2f",
                progress.heldOutPerplexity().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "step %d of %d, %,d tokens, %,.0f tokens/s, loss %.4f%s",
        progress.step(),
        progress.steps(),
        progress.tokens(),
        progress.tokensPerSecond(),
        progress.loss(),
        measured);
  }

  private void print(PretrainReport report) {
    if (common.json()) {
      ObjectNode result = JsonMapper.builder().build().createObjectNode();
      result
          .put("parameters", report.parameters())
          .put("tokens", report.tokens())
          .put("seconds", report.seconds())
          .put("held_out_tokens", report.heldOutTokens());
      result
          .putObject("perplexity")
          .put("before", report.perplexityBefore())
          .put("after", report.perplexityAfter());
      ObjectNode skipped = result.putObject("skipped");
      report.skipped().forEach(skipped::put);
      common.print(result);
      return;
    }
    common.say(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters, %,d tokens in %,.0f s, held-out perplexity %,.1f -> %.2f, skipped %s",
            output,
            report.parameters(),
            report.tokens(),
            report.seconds(),
            report.perplexityBefore(),
            report.perplexityAfter(),
            report.skipped()));
  }
}
