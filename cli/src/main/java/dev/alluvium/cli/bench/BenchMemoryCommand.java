package dev.alluvium.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Table;
import dev.alluvium.trainer.memory.MemoryEstimate;
import dev.alluvium.trainer.memory.StepShape;
import dev.alluvium.trainer.model.Decoder;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alluvium bench memory}: what a training step would need, calculated. */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description = {
      "Calculate the memory of a training step by part, and how much fits. Reads config.json only:",
      "needs no weights and no GPU. One GB is 1,000,000,000 bytes."
    })
final class BenchMemoryCommand implements Callable<Integer> {
  private static final double GIGA = 1e9;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "DIR", description = "Hugging Face directory with a config.json.")
  private Path model = Path.of("");

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu or cuda, which keep other temporary arrays. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      description = "float32 or bfloat16. Default: ${DEFAULT-VALUE}.")
  private String dtype = "float32";

  @Option(names = "--full", description = "Train all weights instead of an adapter.")
  private boolean full;

  @Option(
      names = "--rank",
      defaultValue = "16",
      description = "Rank of the adapter on all linear layers. Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--kl",
      description = "Hold the adapter near its base, as train.kl.weight above 0 does.")
  private boolean kl;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Sequences in a batch. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--sequence",
      defaultValue = "512",
      description = "Tokens of each; all but the first are trained. Default: ${DEFAULT-VALUE}.")
  private int sequence;

  @Option(
      names = "--recompute-layers",
      defaultValue = "0",
      description =
          "Layers whose activations are calculated again together; 0 keeps all. Default:"
              + " ${DEFAULT-VALUE}.")
  private int recomputeLayers;

  @Option(
      names = "--fit",
      paramLabel = "GB",
      description =
          "Also tell the largest batch for a device of so many GB, a tenth of it left free for the"
              + " library and for gaps between arrays.")
  private @Nullable Double fit;

  @Override
  public Integer call() {
    if (fit != null && !(fit > 0)) {
      throw CommandFailure.usage("--fit is %s: expected GB above 0".formatted(fit));
    }
    StepShape shape = shape();
    MemoryEstimate estimate = MemoryEstimate.of(shape);
    Map<String, Long> parts = parts(shape, estimate);
    if (common.json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("batch", batch).put("sequence", sequence);
      parts.forEach(json::put);
      if (fit != null) {
        json.put("fitting_tokens", fitting(shape, fit));
      }
      common.print(json);
      return ExitCodes.DONE;
    }
    Table table = new Table("part", "bytes", "GB");
    parts.forEach(
        (name, bytes) ->
            table.row(
                name.replace("_bytes", "").replace('_', ' '),
                String.format(Locale.ROOT, "%,d", bytes),
                String.format(Locale.ROOT, "%.3f", bytes / GIGA)));
    table.print(common.out());
    if (fit != null) {
      common
          .out()
          .printf(Locale.ROOT, "%s GB fit %,d tokens a batch%n", fit, fitting(shape, fit))
          .flush();
    }
    return ExitCodes.DONE;
  }

  private static Map<String, Long> parts(StepShape shape, MemoryEstimate estimate) {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("frozen_bytes", estimate.frozen());
    parts.put("trained_bytes", estimate.trained());
    parts.put("kept_bytes", estimate.kept());
    parts.put("passing_bytes", estimate.passing());
    parts.put("working_bytes", estimate.working());
    parts.put("total_bytes", estimate.total());
    parts.put("logits_bytes", estimate.logits());
    parts.put("kept_per_token_bytes", estimate.kept() / shape.tokens());
    parts.put("cache_per_token_bytes", MemoryEstimate.cachePerToken(shape));
    return parts;
  }

  /**
   * Tokens of the largest batch of sequences of this length that leaves a tenth of so many GB free;
   * 0 if none.
   */
  private long fitting(StepShape shape, double device) {
    double room = 0.9 * device * GIGA;
    int fits = 0;
    int tooMany = Integer.MAX_VALUE / sequence;
    while (tooMany - fits > 1) {
      int middle = fits + (tooMany - fits) / 2;
      if (MemoryEstimate.of(shape.withBatch(middle)).total() <= room) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return (long) fits * sequence;
  }

  private StepShape shape() {
    if (kl && full) {
      throw CommandFailure.usage(
          "--kl and --full: expected one of them; only an adapter has a base to be near to");
    }
    try {
      return new StepShape(
              Decoder.readSpec(model),
              Precision.parse(dtype),
              !new Compute(device, Precision.parse(dtype), 1).onCpu(),
              full ? Optional.empty() : Optional.of(LoraSettings.allProjections(rank, rank)),
              batch,
              sequence,
              (long) batch * (sequence - 1),
              recomputeLayers)
          .withHeld(kl);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
