package dev.alluvium.trainer.memory;

import dev.alluvium.trainer.model.DecoderSpec;
import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.Rope;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import dev.alluvium.trainer.model.torch.Precision;
import dev.alluvium.trainer.model.torch.Processor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;

/** Steps whose memory is measured; in each another part of the formula is large. */
enum Shapes {
  ADAPTER(llama(4096, 128, 4, 4, 344), Precision.FLOAT32, Optional.of(adapter(0)), 32, 256, 255, 0),
  ADAPTER_AGAIN(
      llama(4096, 128, 8, 2, 128), Precision.FLOAT32, Optional.of(adapter(0)), 32, 256, 255, 1),
  ADAPTER_DROPOUT(
      llama(4096, 128, 4, 2, 448), Precision.FLOAT32, Optional.of(adapter(0.1)), 24, 256, 64, 2),
  ADAPTER_BFLOAT16(
      llama(4096, 128, 4, 4, 344), Precision.BFLOAT16, Optional.of(adapter(0)), 32, 256, 255, 0),
  ADAPTER_BFLOAT16_AGAIN(
      llama(4096, 128, 4, 2, 448), Precision.BFLOAT16, Optional.of(adapter(0)), 8, 1024, 1023, 1),
  NORMED_HEADS(
      qwen3(4096, 128, 4, 4, 256), Precision.BFLOAT16, Optional.of(adapter(0)), 32, 256, 255, 3),
  FULL(llama(4096, 128, 4, 4, 344), Precision.FLOAT32, Optional.empty(), 32, 256, 255, 0),
  FULL_AGAIN(llama(4096, 128, 4, 4, 344), Precision.FLOAT32, Optional.empty(), 32, 256, 255, 1),
  FULL_BFLOAT16(
      llama(100_000, 256, 2, 8, 344), Precision.BFLOAT16, Optional.empty(), 4, 256, 255, 1),
  TWELVE_LAYERS(
      llama(200, 128, 12, 2, 344), Precision.FLOAT32, Optional.of(adapter(0)), 12, 256, 6, 0),
  TWELVE_LAYERS_AGAIN(
      llama(200, 128, 12, 2, 344), Precision.FLOAT32, Optional.of(adapter(0)), 12, 256, 6, 1),
  ADAPTER_HELD(ADAPTER.shape.withHeld(true)),
  ADAPTER_HELD_AGAIN(ADAPTER_AGAIN.shape.withHeld(true)),
  /** One chunk of logits is nearly all there is. */
  LOGITS(llama(200_000, 32, 1, 1, 32), Precision.FLOAT32, Optional.of(adapter(0)), 1, 257, 256, 0),
  LOGITS_BFLOAT16(
      llama(200_000, 32, 1, 1, 32), Precision.BFLOAT16, Optional.of(adapter(0)), 1, 257, 256, 0),
  LOGITS_HELD(LOGITS.shape.withHeld(true));

  private final StepShape shape;

  Shapes(StepShape shape) {
    this.shape = shape;
  }

  Shapes(
      DecoderSpec spec,
      Precision precision,
      Optional<LoraSettings> lora,
      int batch,
      int sequence,
      int predicted,
      int segmentLayers) {
    this(
        new StepShape(
            spec,
            precision,
            false,
            lora,
            batch,
            sequence,
            (long) batch * predicted,
            segmentLayers));
  }

  StepShape shape() {
    return shape;
  }

  /** Those in bfloat16 take minutes where the processor is too slow for it. */
  boolean isMeasured() {
    return shape.precision() != Precision.BFLOAT16 || Processor.tooSlowForBfloat16().isEmpty();
  }

  private static DecoderSpec llama(int vocab, int width, int layers, int kvHeads, int mlp) {
    return DecoderSpec.llama(
        vocab, width, layers, width / 32, kvHeads, 32, mlp, 1e-5, 1e4, 2048, true);
  }

  private static DecoderSpec qwen3(int vocab, int width, int layers, int heads, int mlp) {
    return new DecoderSpec(
        vocab,
        width,
        layers,
        heads,
        heads,
        width / heads,
        mlp,
        1e-6,
        Rope.plain(1e4),
        2048,
        true,
        EnumSet.noneOf(Projection.class),
        true,
        Collections.nCopies(layers, 0));
  }

  private static LoraSettings adapter(double dropout) {
    return new LoraSettings(16, 32, dropout, Targets.all(), false);
  }
}
