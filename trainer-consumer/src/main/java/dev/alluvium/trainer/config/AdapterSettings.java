package dev.alluvium.trainer.config;

import static dev.alluvium.trainer.config.Check.parsed;
import static dev.alluvium.trainer.config.Check.require;

import dev.alluvium.trainer.model.Projection;
import dev.alluvium.trainer.model.lora.LoraSettings;
import dev.alluvium.trainer.model.lora.Targets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The adapter.
 *
 * @param rank r, rows of A and columns of B
 * @param alpha the update is scaled by alpha / rank
 * @param dropout share of a layer's inputs hidden from the adapter in training, [0, 1)
 * @param targets the linear layers that carry it, separated by commas; {@code all} for all seven
 * @param rankStabilised scale the update by alpha / sqrt(rank) instead (rsLoRA)
 */
public record AdapterSettings(
    int rank, double alpha, double dropout, String targets, boolean rankStabilised) {
  /** Checks every value. */
  public AdapterSettings {
    require(rank >= 1, "train.lora.rank is %d: expected 1 or more", rank);
    require(alpha > 0, "train.lora.alpha is %s: expected more than 0", alpha);
    require(dropout >= 0 && dropout < 1, "train.lora.dropout is %s: expected [0, 1)", dropout);
    require(!targets.isBlank(), "train.lora.targets is empty: expected all, or layer names");
    parsed("train.lora.targets", () -> projections(targets));
  }

  /** The adapter's shape for the model runtime. */
  public LoraSettings shape() {
    return new LoraSettings(rank, alpha, dropout, Targets.of(projections(targets)), rankStabilised);
  }

  private static Set<Projection> projections(String targets) {
    return targets.equals("all")
        ? EnumSet.allOf(Projection.class)
        : Arrays.stream(targets.split(","))
            .map(name -> Projection.parse(name.strip()))
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Projection.class)));
  }
}
