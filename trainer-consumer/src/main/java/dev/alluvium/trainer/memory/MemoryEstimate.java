package dev.alluvium.trainer.memory;

import dev.alluvium.trainer.loss.CrossEntropy;
import dev.alluvium.trainer.loss.Divergence;
import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The bytes of a training step at its highest point, by part. Not counted: the library itself, its
 * compiled kernels and scratch space, Java, and gaps between arrays.
 *
 * <p>With s layers in a segment, of L, the highest point is in the gradient of a segment's last
 * layer, in the loss, or where the base is asked that an adapter is held near:
 *
 * <pre>
 *   kept    = seams * 4 N C + layers of the segment * N * {@link LayerMemory#kept()}
 *   passing = 4 N C (hidden states) + 4 N C (their gradient) + 8 R C (those predicted at)
 *   working = N * {@link LayerMemory#working()}
 * </pre>
 *
 * where the seams are the inputs of the segments before. In the loss {@code working} is {@code
 * logits}, and the gradient of the hidden states does not exist yet. Nor does it where the base is
 * asked; {@code working} is its token vectors and one layer of it, or its hidden states of those
 * predicted at, and the logits of both.
 *
 * @param frozen weights that are not trained, in the compute precision
 * @param trained what is trained, with its gradient and two moments: 16 bytes per number
 * @param kept what layers keep for their gradients
 * @param passing hidden states and gradients between layers and loss
 * @param working what is calculated with at the highest point
 * @param logits what the loss calculates with, also if that is not the highest point
 */
public record MemoryEstimate(
    long frozen, long trained, long kept, long passing, long working, long logits) {
  /** A float32 number, its gradient and its two moments. */
  private static final long TRAINED_BYTES = 16;

  /** What a step adds to the weights and what is trained. */
  public long step() {
    return kept + passing + working;
  }

  /** All together. */
  public long total() {
    return frozen + trained + step();
  }

  /** Calculates it. */
  public static MemoryEstimate of(StepShape step) {
    DecoderSpec spec = step.spec();
    LayerMemory layer = new LayerMemory(step);
    long tokens = step.tokens();
    long state = tokens * layer.stream();
    long predicted = step.predicted() * layer.stream();
    boolean full = step.lora().isEmpty();

    int inSegment = step.segmentLayers() == 0 ? spec.layers() : step.segmentLayers();
    int segments = (spec.layers() + inSegment - 1) / inSegment;
    int inLast = spec.layers() - (segments - 1) * inSegment;
    long last = (segments - 1) * state + inLast * tokens * layer.kept();
    long before = segments == 1 ? 0 : (segments - 2) * state + inSegment * tokens * layer.kept();

    long frozen = full ? 0 : spec.weights() * step.bytes();
    long trained = TRAINED_BYTES * (full ? spec.weights() : adapterNumbers(step));
    long logits = logits(step);
    long backward = tokens * layer.working() + layer.perMatrix();
    long kept = Math.max(last, before);
    long passing = state + 2 * predicted;
    long base =
        step.held()
            ? Math.max(state + tokens * layer.output(), predicted + divergenceLogits(step))
            : 0;
    return Stream.of(
            new MemoryEstimate(frozen, trained, kept, state + passing, backward, logits),
            new MemoryEstimate(frozen, trained, last, passing, logits, logits),
            new MemoryEstimate(frozen, trained, last, passing, base, logits))
        .max(Comparator.comparingLong(MemoryEstimate::step))
        .orElseThrow();
  }

  /** Bytes that a position of one text takes in the cache of keys and values. */
  public static long cachePerToken(StepShape step) {
    DecoderSpec spec = step.spec();
    return 2L * spec.layers() * spec.kvHeads() * spec.headSize() * step.bytes();
  }

  private static long adapterNumbers(StepShape step) {
    long numbers = 0;
    for (int layer = 0; layer < step.spec().layers(); layer++) {
      for (Projection projection : Projection.values()) {
        if (step.adapts(layer, projection)) {
          numbers += (long) projection.inputs(step.spec()) + projection.outputs(step.spec());
        }
      }
    }
    return step.lora().map(lora -> lora.rank()).orElse(0) * numbers;
  }

  /**
   * The logits of a chunk of r rows in float32, in bfloat16 also rounded, and the normed rows; then
   * the gradient of the norm. A trained head's gradient is rounded first as that of a layer.
   */
  private static long logits(StepShape step) {
    DecoderSpec spec = step.spec();
    long rows = Math.min(step.predicted(), CrossEntropy.rowsAtOnce(spec));
    long width = spec.width();
    long normed = rows * width * step.bytes();
    long chunk = rows * spec.vocab() * (step.halved() ? 6L : 4L) + normed;
    long back = rows * width * (step.halved() ? 18L : 16L);
    long head = 0;
    if (step.lora().isEmpty() && step.halved()) {
      head = normed + 2L * rows * spec.vocab() + (step.gpu() ? 2L : 6L) * spec.vocab() * width;
    }
    return Math.max(chunk, Math.max(back, head));
  }

  /** Three arrays of logits in float32, and the normed rows. */
  private static long divergenceLogits(StepShape step) {
    DecoderSpec spec = step.spec();
    long rows = Math.min(step.predicted(), Divergence.rowsAtOnce(spec));
    return rows * (Divergence.ARRAYS * 4L * spec.vocab() + spec.width() * step.bytes());
  }
}
