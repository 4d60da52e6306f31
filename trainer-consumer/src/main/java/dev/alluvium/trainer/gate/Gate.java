package dev.alluvium.trainer.gate;

import dev.alluvium.schemas.avro.ProbeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Decides whether new weights may answer: no skill's perplexity may exceed its reference by more
 * than the budget. Fails closed: nothing measured, or a number that is none, is a refusal.
 */
public final class Gate {
  private final double perplexityBudget;

  /**
   * A gate.
   *
   * @param perplexityBudget share by which a skill's perplexity may rise; 0.05 is five percent
   */
  public Gate(double perplexityBudget) {
    this.perplexityBudget = perplexityBudget;
  }

  /**
   * The decision.
   *
   * @param promoted whether the weights may answer
   * @param reason why, for a person
   */
  public record Decision(boolean promoted, String reason) {}

  /**
   * Compares two measurements over the probes that both have.
   *
   * @param reference the last promoted version, or the base model before the first
   * @param candidate the weights in question
   */
  public Decision decide(ProbeScores reference, ProbeScores candidate) {
    Map<String, ProbeResult> old =
        ProbeTable.of(reference, id -> candidate.byProbe().containsKey(id));
    Map<String, ProbeResult> now =
        ProbeTable.of(candidate, id -> reference.byProbe().containsKey(id));
    if (old.isEmpty()) {
      return new Decision(false, "there is no probe to measure by");
    }
    List<String> worse = new ArrayList<>();
    old.forEach(
        (skill, before) -> {
          double after = now.containsKey(skill) ? now.get(skill).getPerplexity() : Double.NaN;
          // Written so that a NaN on either side is a refusal.
          if (!(after <= before.getPerplexity() * (1 + perplexityBudget))) {
            worse.add(
                String.format(
                    Locale.ROOT, "%s %.4g -> %.4g", skill, before.getPerplexity(), after));
          }
        });
    return worse.isEmpty()
        ? new Decision(true, "no skill is worse than its budget")
        : new Decision(
            false,
            String.format(
                Locale.ROOT,
                "perplexity rose by more than %.3g: %s",
                perplexityBudget,
                String.join(", ", worse)));
  }
}
