package dev.alluvium.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.alluvium.cli.command.CommandFailure;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.torch.Compute;
import dev.alluvium.trainer.model.torch.Precision;
import picocli.CommandLine.Option;

/**
 * The decoder to measure, with random weights, and where; a picocli mixin. By default it has the
 * proportions of Llama 3 8B: four query heads to a key, an inner width of 3.5 times the outer.
 */
final class ShapeOptions {
  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = "cpu";

  @Option(
      names = "--dtype",
      defaultValue = "float32",
      description = "float32 or bfloat16. Default: ${DEFAULT-VALUE}.")
  private String dtype = "float32";

  @Option(names = "--threads", description = "CPU threads. Default: one per processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--vocab",
      defaultValue = "4096",
      description = "Tokens of the vocabulary. Default: ${DEFAULT-VALUE}.")
  private int vocab;

  @Option(names = "--width", defaultValue = "512", description = "Default: ${DEFAULT-VALUE}.")
  private int width;

  @Option(names = "--layers", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int layers;

  @Option(
      names = "--heads",
      defaultValue = "8",
      description = "Query heads. Default: ${DEFAULT-VALUE}.")
  private int heads;

  @Option(
      names = "--kv-heads",
      defaultValue = "2",
      description = "Key and value heads. Default: ${DEFAULT-VALUE}.")
  private int kvHeads;

  @Option(names = "--head-size", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
  private int headSize;

  @Option(
      names = "--mlp",
      defaultValue = "1792",
      description = "Inner width of the feed-forward part. Default: ${DEFAULT-VALUE}.")
  private int mlp;

  /** The shape, with room for so many positions. */
  DecoderSpec spec(int positions) {
    try {
      return DecoderSpec.llama(
          vocab, width, layers, heads, kvHeads, headSize, mlp, 1e-5, 10_000, positions, true);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  Compute compute() {
    try {
      return new Compute(device, Precision.parse(dtype), threads);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--" + e.getMessage());
    }
  }

  /** The keys that every result begins with. */
  void describe(ObjectNode result, DecoderSpec spec) {
    result.put("device", device).put("dtype", dtype).put("threads", threads);
    ObjectNode shape = result.putObject("spec");
    shape.put("width", spec.width()).put("layers", spec.layers());
    shape.put("heads", spec.heads()).put("kvHeads", spec.kvHeads());
    shape.put("headDim", spec.headSize()).put("mlpWidth", spec.mlpWidth());
    shape.put("vocab", spec.vocab()).put("matrixWeights", spec.matrixWeights());
  }
}
