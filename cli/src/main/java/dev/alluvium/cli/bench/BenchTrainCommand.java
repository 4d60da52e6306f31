package dev.alluvium.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.cli.command.CommonOptions;
import dev.alluvium.cli.command.ExitCodes;
import dev.alluvium.cli.command.Progress;
import dev.alluvium.cli.process.PeakMemory;
import dev.alluvium.trainer.bench.TrainBench;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.TorchRuntime;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alluvium bench train}: optimizer steps beside plain matrix multiplications. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train an adapter on random tokens and report its share of the plain matrix multiplication",
      "rate at the same shapes, measured around every step."
    })
final class BenchTrainCommand implements Callable<Integer> {
  private static final double GIGA = 1e9;
  private static final double MIB = 1 << 20;

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ShapeOptions shape = new ShapeOptions();

  @Option(
      names = "--rank",
      defaultValue = "16",
      description = "Rank of the adapter. Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Sequences in a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--sequence",
      defaultValue = "256",
      description = "Tokens of each. Default: ${DEFAULT-VALUE}.")
  private int sequence;

  @Option(
      names = "--recompute-layers",
      defaultValue = "0",
      description =
          "Layers whose activations are calculated again together; 0 keeps all. Default:"
              + " ${DEFAULT-VALUE}.")
  private int recomputeLayers;

  @Mixin private WarmUpOptions warming = new WarmUpOptions();

  @Option(
      names = "--steps",
      defaultValue = "10",
      description = "Steps to measure. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--mix",
      description = "Measure beside each step one with the mixtures of SFTMix, and what it adds.")
  private boolean mix;

  @Override
  public Integer call() {
    TrainBench.Plan plan = plan();
    TrainBench.Result result;
    String message = "%d steps to warm up, %d to measure".formatted(plan.warmUps(), steps);
    try (TorchRuntime runtime = TorchRuntime.open(shape.compute());
        Progress progress =
            new Progress(common.err(), "steps", plan.warmUps() + steps, () -> message)) {
      result = TrainBench.run(plan, runtime, progress::reached);
    }
    if (common.json()) {
      common.print(json(plan, result));
    } else {
      common
          .out()
          .printf(
              Locale.ROOT,
              "%,.0f tokens/s, %.1f of %.1f GFLOP/s: %.2f of the matrix multiplication rate%n",
              result.tokensPerSecond(),
              result.flops() / GIGA,
              result.matmulFlops() / GIGA,
              result.ratio());
      result
          .mixExtra()
          .ifPresent(
              extra ->
                  common
                      .out()
                      .printf(Locale.ROOT, "mixtures make a step %.1f %% longer%n", 100 * extra));
      common.out().printf(Locale.ROOT, "%s%n", memory(result));
      common.out().flush();
    }
    return ExitCodes.DONE;
  }

  private static String memory(TrainBench.Result result) {
    String estimated =
        "a step needs %,.0f MB beside the weights by the formula"
            .formatted(result.memory().step() / MIB);
    return result.stepBytes().isEmpty()
        ? estimated
        : "%s, %,.0f MB measured".formatted(estimated, result.stepBytes().getAsLong() / MIB);
  }

  private TrainBench.Plan plan() {
    try {
      return new TrainBench.Plan(
          shape.spec(sequence),
          LoraSettings.allProjections(rank, 2.0 * rank),
          batch,
          sequence,
          recomputeLayers,
          warming.count(),
          steps,
          mix);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode json(TrainBench.Plan plan, TrainBench.Result result) {
    DecoderSpec spec = plan.spec();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    shape.describe(json, spec);
    json.withObject("/spec").put("loraRank", rank);
    json.put("batch", batch).put("sequence", sequence).put("recompute_layers", recomputeLayers);
    result.stepSeconds().forEach(json.putArray("step_seconds")::add);
    json.put("tokens_per_second", result.tokensPerSecond());
    json.put("gflops", result.flops() / GIGA);
    json.put("matmul_gflops", result.matmulFlops() / GIGA);
    json.put("ratio", result.ratio());
    result.mixExtra().ifPresent(extra -> json.put("mix_extra", extra));
    json.put("estimated_step_mb", Math.round(result.memory().step() / MIB));
    result.stepBytes().ifPresent(bytes -> json.put("measured_step_mb", Math.round(bytes / MIB)));
    PeakMemory.ofThisProcess().ifPresent(mb -> json.put("peak_rss_mb", mb));
    return json;
  }
}
