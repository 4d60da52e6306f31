package dev.alluvium.trainer.memory;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.torch.Precision;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * All that decides how much memory a training step needs.
 *
 * @param spec the decoder
 * @param precision of products
 * @param gpu whether the arrays are on a GPU, which calculates some of them in other ways
 * @param lora the adapter that is trained; empty if every weight is
 * @param batch B, sequences of a batch
 * @param sequence T, tokens of each, padding included
 * @param predicted R, positions of the batch at which a token is predicted
 * @param segmentLayers layers whose activations are calculated again together; 0 keeps all
 * @param held whether the adapter is held near its base, which is asked in every step
 */
public record StepShape(
    DecoderSpec spec,
    Precision precision,
    boolean gpu,
    Optional<LoraSettings> lora,
    int batch,
    int sequence,
    long predicted,
    int segmentLayers,
    boolean held) {
  public StepShape {
    if (batch < 1 || sequence < 2 || segmentLayers < 0) {
      throw new IllegalArgumentException(
          "batch is %d, sequence %d, recomputed layers %d: expected at least 1, 2 and 0"
              .formatted(batch, sequence, segmentLayers));
    }
    if (predicted < 1 || predicted >= (long) batch * sequence) {
      throw new IllegalArgumentException(
          "predicted positions are %d: expected 1 or more, and fewer than %d tokens"
              .formatted(predicted, (long) batch * sequence));
    }
  }

  /** A step that is not held. */
  public StepShape(
      DecoderSpec spec,
      Precision precision,
      boolean gpu,
      Optional<LoraSettings> lora,
      int batch,
      int sequence,
      long predicted,
      int segmentLayers) {
    this(spec, precision, gpu, lora, batch, sequence, predicted, segmentLayers, false);
  }

  /** The same, held near its base or not; what trains all weights never is. */
  public StepShape withHeld(boolean near) {
    return new StepShape(
        spec,
        precision,
        gpu,
        lora,
        batch,
        sequence,
        predicted,
        segmentLayers,
        near && lora.isPresent());
  }

  /** The same with another number of equal sequences, every token but the first predicted. */
  public StepShape withBatch(int sequences) {
    return new StepShape(
        spec,
        precision,
        gpu,
        lora,
        sequences,
        sequence,
        (long) sequences * (sequence - 1),
        segmentLayers,
        held);
  }

  /** N = B T. */
  public long tokens() {
    return (long) batch * sequence;
  }

  /** Bytes of a number in the compute precision. */
  long bytes() {
    return precision == Precision.BFLOAT16 ? 2 : 4;
  }

  /** Whether products are calculated in fewer bytes than what passes between layers. */
  boolean halved() {
    return precision == Precision.BFLOAT16;
  }

  /** Whether any layer has a pair of low-rank matrices at this projection. */
  boolean adapts(Projection projection) {
    return IntStream.range(0, spec.layers()).anyMatch(layer -> adapts(layer, projection));
  }

  boolean adapts(int layer, Projection projection) {
    return lora.isPresent() && lora.get().targets().contains(layer, projection);
  }
}
