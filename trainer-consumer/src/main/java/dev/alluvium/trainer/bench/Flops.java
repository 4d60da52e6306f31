package dev.alluvium.trainer.bench;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraSettings;

/**
 * Floating-point operations that training an adapter needs, a multiplication and an addition
 * counted as two. What is calculated again to save memory is not counted: it is no progress.
 */
final class Flops {
  private Flops() {}

  /**
   * One step of a decoder with frozen weights and an adapter.
   *
   * <p>A frozen matrix costs 2 operations per weight and token forward and 2 for the gradient of
   * its input; a pair of the adapter 2 more for its own gradient. Attention is causal: a position
   * sees half the others on average, forward once, backward twice as much. The head works at
   * trained positions only; looking up tokens costs nothing.
   *
   * @param batch sequences
   * @param sequence tokens of each
   * @param trained positions at which a token is predicted, in the whole batch
   */
  static double adapterStep(
      DecoderSpec spec, LoraSettings lora, int batch, int sequence, long trained) {
    double tokens = (double) batch * sequence;
    double head = 4.0 * spec.vocab() * spec.width() * trained;
    double matrices = 0;
    double pairs = 0;
    for (Projection projection : Projection.values()) {
      double in = projection.inputs(spec);
      double out = projection.outputs(spec);
      matrices += in * out;
      pairs += lora.targets().contains(0, projection) ? lora.rank() * (in + out) : 0;
    }
    double seen = (sequence + 1) / 2.0;
    double attention = 3 * 4 * seen * spec.heads() * spec.headSize();
    return spec.layers() * tokens * (4 * matrices + 6 * pairs + attention) + head;
  }
}
