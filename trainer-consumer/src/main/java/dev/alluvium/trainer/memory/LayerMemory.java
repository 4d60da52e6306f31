package dev.alluvium.trainer.memory;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import java.util.stream.LongStream;

/**
 * The arrays of one decoder layer, in bytes per token: what it keeps for its gradient, and what
 * exists beside that while the gradient is calculated. They are those of {@code layer} and {@code
 * layer_back} in {@code torchscript/decoder.py}, in the letters of its head.
 */
final class LayerMemory {
  private static final long WIDE = 4; // float32: what passes from layer to layer

  private final StepShape step;
  private final DecoderSpec spec;
  private final long stream;
  private final long width;
  private final long query;
  private final long key;
  private final long mlp;
  private final long rounded;

  LayerMemory(StepShape step) {
    this.step = step;
    this.spec = step.spec();
    this.stream = WIDE * spec.width();
    this.width = step.bytes() * spec.width();
    this.query = step.bytes() * spec.heads() * spec.headSize();
    this.key = step.bytes() * spec.kvHeads() * spec.headSize();
    this.mlp = step.bytes() * spec.mlpWidth();
    this.rounded = step.halved() ? width : 0;
  }

  /** A hidden state, (C) float32. */
  long stream() {
    return stream;
  }

  /**
   * What a layer keeps: its input and the sum before the second norm in float32; queries, keys,
   * values, what attention gives, gate and up in the compute precision; where heads are normed,
   * queries and keys before that too.
   */
  long kept() {
    long raw = spec.headNorms() ? query + key : 0;
    return 2 * stream + 2 * query + 2 * key + 2 * mlp + raw;
  }

  /**
   * The largest set of arrays while a layer gives its output and no gradient follows: all that it
   * would keep, and the opened gate with its product, or that product and the output.
   */
  long output() {
    return kept() + width + Math.max(mlp, stream);
  }

  /** The largest set of temporary arrays of a layer's gradient. */
  long working() {
    return LongStream.of(feedForward(), attention(), norms(), queriesAndKeys()).max().orElseThrow();
  }

  /**
   * Bytes of the largest temporary arrays that do not grow with the batch: in bfloat16 the gradient
   * of a trained matrix is rounded first, and a CPU then widens a copy to add it.
   */
  long perMatrix() {
    if (step.lora().isPresent() || !step.halved()) {
      return 0;
    }
    return (step.gpu() ? 2L : 6L) * spec.width() * spec.mlpWidth();
  }

  /**
   * Down: the opened gate, its product with up, and the gradient of that. Gate: the gradients of
   * both, the normed input and its gradient. Up, in float32: its gradient, the normed input, its
   * gradient before and after.
   */
  private long feedForward() {
    long again = step.halved() ? 0 : width;
    return LongStream.of(
            3 * mlp + rounded + pair(Projection.DOWN, mlp),
            2 * mlp + 2 * width + pair(Projection.GATE, width),
            2 * mlp + stream + rounded,
            mlp + 2 * width + Math.max(again, pair(Projection.UP, width)))
        .max()
        .orElseThrow();
  }

  /** A pair's inner products; with dropout also its mask, what is left, and a gradient. */
  private long pair(Projection projection, long input) {
    if (!step.adapts(projection)) {
      return 0;
    }
    boolean drops = step.lora().orElseThrow().dropout() > 0;
    return (drops ? 3 * input : 0) + 2 * step.bytes() * step.lora().orElseThrow().rank();
  }

  private long attention() {
    long largest = query + rounded + pair(Projection.O, query);
    for (int window : spec.windows()) {
      boolean whole = window == 0 || step.sequence() <= window;
      boolean own = whole && step.gpu();
      largest = Math.max(largest, own ? attentionAtOnce() : attentionByBlocks(whole ? 0 : window));
    }
    return largest;
  }

  /**
   * libtorch's own: its result and the gradient there, three gradients, a logarithm per head; keys
   * and values repeated for every query head, if they have fewer.
   */
  private long attentionAtOnce() {
    long repeated = spec.heads() == spec.kvHeads() ? 0 : 2;
    return (5 + repeated) * query + WIDE * spec.heads();
  }

  /**
   * By hand: queries, the gradient and that of queries by head; keys, values and theirs; and for
   * one block of queries the probabilities, their gradient and that of the scores.
   */
  private long attentionByBlocks(int window) {
    long length = step.sequence();
    long block = Math.min(length, length > 512 ? Math.min(length / 8, 256) : 64);
    long seen = window == 0 ? length : Math.min(length, window + block);
    long scores = 3 * step.bytes() * spec.heads() * block * seen / length;
    return 4 * query + 4 * key + scores + 3 * query * block / length;
  }

  /** The gradient of a norm of hidden states, worked in float32. */
  private long norms() {
    return width + 2 * stream + (step.halved() ? stream : 0);
  }

  /** Gradients of queries turned back, and those of keys and values that wait. */
  private long queriesAndKeys() {
    long wide = WIDE * spec.heads() * spec.headSize();
    long normed = spec.headNorms() ? 3 * wide + (step.halved() ? 2 * wide : 0) : 0;
    long again = step.halved() ? 0 : width;
    return LongStream.of(
            2 * query + 2 * key + width + normed,
            query + 2 * key + 2 * width + pair(Projection.Q, width),
            2 * key + 2 * width + Math.max(again, pair(Projection.K, width)))
        .max()
        .orElseThrow();
  }
}
