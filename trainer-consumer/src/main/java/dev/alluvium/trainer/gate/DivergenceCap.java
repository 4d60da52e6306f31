package dev.alluvium.trainer.gate;

import dev.alluvium.trainer.gate.Gate.Decision;
import dev.alluvium.trainer.gate.Gate.Ruling;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * How far weights may move from the base model, whatever their probes say. Like the budgets it must
 * be shown to be kept: by the same test, with KL from the base model in place of the rise.
 *
 * @param most nats per token, above 0; 0 for no cap
 */
public record DivergenceCap(double most) {
  /**
   * The decision with the cap in view; it can only become a stricter one.
   *
   * @param moved KL from the base model by skill, in nats per token
   */
  public Decision over(Decision decision, SortedMap<String, PerplexityRise> moved) {
    if (most == 0 || decision.ruling() == Ruling.ROLLBACK) {
      return decision;
    }
    Optional<String> beyond = beyond(moved);
    if (beyond.isPresent()) {
      return new Decision(Ruling.ROLLBACK, beyond.get());
    }
    List<String> open = told(moved, rise -> !isWithin(rise));
    if (!decision.promoted() || (open.isEmpty() && !moved.isEmpty())) {
      return decision;
    }
    return new Decision(
        Ruling.HOLD,
        moved.isEmpty()
            ? "there is no text to gauge by how far it has moved from the base model"
            : said("not shown to be near enough to the base model", open));
  }

  /**
   * Why weights have moved too far for certain; nothing when that cannot be said, or without a cap.
   *
   * @param moved KL from the base model by skill, in nats per token
   */
  public Optional<String> beyond(SortedMap<String, PerplexityRise> moved) {
    List<String> beyond = told(moved, rise -> isBeyond(rise, moved.size()));
    return most == 0 || beyond.isEmpty()
        ? Optional.empty()
        : Optional.of(said("moved too far from the base model", beyond));
  }

  private boolean isBeyond(PerplexityRise rise, int skills) {
    return rise.isMeasured() && rise.isBeyond(Math.expm1(most), Gate.LEVEL / skills);
  }

  /** What is not measured is not within. */
  private boolean isWithin(PerplexityRise rise) {
    return rise.isMeasured() && rise.chanceIfAt(Math.expm1(most)) <= Gate.LEVEL;
  }

  private static List<String> told(
      SortedMap<String, PerplexityRise> moved, Predicate<PerplexityRise> which) {
    return moved.entrySet().stream()
        .filter(skill -> which.test(skill.getValue()))
        .map(DivergenceCap::text)
        .toList();
  }

  private static String text(Map.Entry<String, PerplexityRise> skill) {
    return String.format(
        Locale.ROOT,
        "%s by %.4g +- %.4g nats a token",
        skill.getKey(),
        skill.getValue().rise(),
        skill.getValue().error());
  }

  private String said(String what, List<String> skills) {
    return "%s: %s (train.guard.mostDivergence %s)"
        .formatted(what, String.join("; ", skills), most);
  }
}
