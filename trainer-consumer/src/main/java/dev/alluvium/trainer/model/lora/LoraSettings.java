package dev.alluvium.trainer.model.lora;

import dev.alluvium.trainer.model.Projection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The shape of an adapter (LoRA, arXiv 2106.09685).
 *
 * @param rank R, inner size of the low-rank product
 * @param alpha the product is multiplied by alpha / rank (section 4.1)
 * @param dropout share of a projection's inputs that training hides from the adapter, [0, 1)
 * @param targets which projections of every layer are adapted
 */
public record LoraSettings(int rank, double alpha, double dropout, Set<Projection> targets) {
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
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("lora.targets is empty: expected at least one projection");
    }
    targets =
        Collections.unmodifiableSet(EnumSet.copyOf(targets)); // in the order of a forward pass
  }

  /** Every projection, without dropout. */
  public static LoraSettings allProjections(int rank, double alpha) {
    return new LoraSettings(rank, alpha, 0, EnumSet.allOf(Projection.class));
  }

  /** The factor of the low-rank product. */
  public double scale() {
    return alpha / rank;
  }
}
