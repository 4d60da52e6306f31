package dev.alluvium.trainer.model.lora;

import java.nio.file.Path;

/**
 * The shape of an adapter (LoRA, arXiv 2106.09685).
 *
 * @param rank R, inner size of the low-rank product
 * @param alpha the product is multiplied by alpha / rank (section 4.1)
 * @param dropout share of a projection's inputs that training hides from the adapter, [0, 1)
 * @param targets which projections are adapted
 * @param rankStabilised multiply by alpha / sqrt(rank) instead (rsLoRA, arXiv 2312.03732, section
 *     3)
 */
public record LoraSettings(
    int rank, double alpha, double dropout, Targets targets, boolean rankStabilised) {
  public LoraSettings {
    if (rank < 1) {
      throw new IllegalArgumentException("lora.rank is %d: expected 1 or more".formatted(rank));
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("lora.alpha is %s: expected more than 0".formatted(alpha));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("lora.dropout is %s: expected [0, 1)".formatted(dropout));
    }
  }

  /** Every projection, without dropout. */
  public static LoraSettings allProjections(int rank, double alpha) {
    return new LoraSettings(rank, alpha, 0, Targets.all(), false);
  }

  /**
   * The shape of an adapter in the PEFT layout.
   *
   * @throws IllegalArgumentException if it is not a plain LoRA adapter
   * @throws java.io.UncheckedIOException if its settings cannot be read
   */
  public static LoraSettings of(Path adapter) {
    return PeftConfig.read(adapter);
  }

  /** The factor of the low-rank product. */
  public double scale() {
    return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
  }
}
