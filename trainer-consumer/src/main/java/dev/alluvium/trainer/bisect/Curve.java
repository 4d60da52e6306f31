package dev.alluvium.trainer.bisect;

import dev.alluvium.schemas.avro.Example;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.Gate;
import dev.alluvium.trainer.gate.PerplexityRise;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeTable;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A skill's perplexity over the windows, held against that of the good version.
 *
 * @param skill the skill; all scores are of its probes
 * @param good the good version's scores
 * @param budget share by which the perplexity may rise
 */
record Curve(String skill, ProbeScores good, double budget) {
  /** The good version's perplexity. */
  double perplexity() {
    return perplexity(good);
  }

  /**
   * The point after a window.
   *
   * @param untrained places in it of the examples that were not trained
   */
  WindowEffect after(Window window, Collection<Integer> untrained, ProbeScores scores) {
    List<Example> trained =
        window.examples().stream()
            .filter(example -> !untrained.contains(example.getIndex()))
            .toList();
    PerplexityRise rise = PerplexityRise.of(skill, good, scores);
    return new WindowEffect(
        window.id(),
        window.offset(),
        trained.size(),
        (int) trained.stream().filter(example -> example.getSkill().equals(skill)).count(),
        perplexity(scores),
        rise.rise(),
        rise.error(),
        isWorse(rise));
  }

  /** As certain as the gate is; of a single probe nothing is certain but its number. */
  private boolean isWorse(PerplexityRise rise) {
    if (!Double.isFinite(rise.rise())) {
      return true; // the loss is no number any more
    }
    return rise.isMeasured() ? rise.isBeyond(budget, Gate.LEVEL) : rise.rise() > Math.log1p(budget);
  }

  private double perplexity(ProbeScores scores) {
    return Objects.requireNonNull(ProbeTable.of(scores).get(skill)).getPerplexity();
  }
}
