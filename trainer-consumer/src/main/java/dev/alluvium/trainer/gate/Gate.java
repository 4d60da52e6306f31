package dev.alluvium.trainer.gate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides what becomes of new weights. A skill may lose so much of its perplexity against the last
 * promoted version, and so much in all against the best so far, the base model included, which
 * stops a slow decay. Losses must be shown to be within these budgets, not merely not shown to be
 * beyond: a test of non-inferiority with paired probes, both anchors for every skill. Every skill
 * must pass, so that each is tested at the whole level (Berger, "Multiparameter hypothesis testing
 * and acceptance sampling", 1982); one is enough to go back, so that for this the level is divided.
 * Where answers of a skill were judged, they decide in the place of its losses. Fails closed.
 */
public final class Gate {
  /**
   * Chance of promoting weights that are worse by the budget, and of going back from such as are
   * not: one side of a 95 percent interval, as is the custom for non-inferiority.
   */
  public static final double LEVEL = 0.025;

  private final Budgets perplexity;
  private final Budgets accuracy;
  private final int leastProbes;
  private final boolean ignoreUnmeasured;

  /**
   * A gate.
   *
   * @param perplexity shares by which a skill's perplexity may rise; 0.05 is five percent
   * @param accuracy by how much the share of right answers may fall; 0.05 is five points
   * @param leastProbes a skill with fewer is unmeasured
   * @param ignoreUnmeasured whether an unmeasured skill is passed over; otherwise it refuses
   */
  public Gate(Budgets perplexity, Budgets accuracy, int leastProbes, boolean ignoreUnmeasured) {
    this.perplexity = perplexity;
    this.accuracy = accuracy;
    this.leastProbes = leastProbes;
    this.ignoreUnmeasured = ignoreUnmeasured;
  }

  /** What becomes of weights. */
  public enum Ruling {
    /** They answer. */
    PROMOTE,
    /** Training goes on from them; the old ones answer. */
    HOLD,
    /** A skill is worse than its budget for certain: training returns to the old ones. */
    ROLLBACK
  }

  /**
   * The decision.
   *
   * @param reason why, for a person
   * @param slipped of promoted weights, the skills that are worse for certain than one of the
   *     anchors, and within their budgets; in order of name
   */
  public record Decision(Ruling ruling, String reason, List<String> slipped) {
    Decision(Ruling ruling, String reason) {
      this(ruling, reason, List.of());
    }

    /** The same, and for a person the trained skills that nobody can be asked about. */
    public Decision without(Collection<String> skills) {
      return skills.isEmpty()
          ? this
          : new Decision(
              ruling,
              "%s; not asked about, because no probe of it was held out: %s"
                  .formatted(reason, String.join(", ", skills)),
              slipped);
    }

    /** Whether the weights may answer. */
    public boolean promoted() {
      return ruling == Ruling.PROMOTE;
    }
  }

  /** The decision by perplexity alone. */
  public Decision decide(Losses losses) {
    return decide(Set.of(), losses, Map.of());
  }

  /**
   * Compares measurements of the same probes. A skill is judged by the probes that the last
   * promoted version was measured by: what has been held out since may come from the very data that
   * is in question. Only a skill that had too few of them is judged by new ones too, which the last
   * promoted version then counts as answering like the base model.
   *
   * @param asked skills that there are probes of: one is unmeasured if the model can take none
   * @param losses of the weights in question, and of what they are held against
   * @param answers of skills whose answers were judged: they decide in the place of the losses,
   *     unless next to none is right
   */
  public Decision decide(Set<String> asked, Losses losses, Map<String, JudgedAnswers> answers) {
    List<Finding> findings = new ArrayList<>();
    List<String> unmeasured = new ArrayList<>();
    SortedSet<String> skills = new TreeSet<>(asked);
    skills.addAll(answers.keySet());
    Stream.of(losses.base(), losses.promoted(), losses.candidate())
        .flatMap(scores -> scores.byProbe().values().stream())
        .forEach(score -> skills.add(score.skill()));
    for (String skill : skills) {
      if (isBroken(losses.candidate(), skill)) {
        return new Decision(Ruling.ROLLBACK, skill + ": the loss is no number any more");
      }
      PerplexityFinding perplexity = perplexity(skill, losses);
      JudgedAnswers judged = answers.get(skill);
      if (judged != null && judged.tell(accuracy)) {
        findings.add(new AccuracyFinding(skill, judged, accuracy, perplexity));
      } else if (perplexity.isMeasured(leastProbes)) {
        findings.add(perplexity);
      } else {
        unmeasured.add("%s (%d probes)".formatted(skill, perplexity.recent().probes()));
      }
    }
    return decide(findings, unmeasured, told(answers));
  }

  /** Whether a skill's answers can tell, and those looked at so far do not. */
  boolean needsMore(JudgedAnswers answers) {
    return answers.tell(accuracy) && !answers.isWithin(accuracy);
  }

  private PerplexityFinding perplexity(String skill, Losses losses) {
    ProbeScores promoted = losses.promoted();
    boolean frozen = promoted.count(skill) >= leastProbes;
    ProbeScores parent = frozen ? promoted : promoted.over(losses.base());
    ProbeScores judged = losses.candidate().within(parent);
    Losses.Reference reference = losses.reference(skill, judged, leastProbes);
    return new PerplexityFinding(
        skill,
        reference,
        PerplexityRise.of(skill, parent, judged),
        PerplexityRise.of(skill, reference.scores(), judged),
        PerplexityRise.of(skill, reference.scores(), parent.within(judged)),
        perplexity);
  }

  private Decision decide(List<Finding> findings, List<String> unmeasured, String answered) {
    int skills = findings.size();
    List<String> worse =
        findings.stream().filter(f -> f.isWorse(skills)).map(f -> f.text(skills)).toList();
    if (!worse.isEmpty()) {
      return new Decision(Ruling.ROLLBACK, "worse than the budget: " + String.join("; ", worse));
    }
    if (!unmeasured.isEmpty() && !ignoreUnmeasured) {
      return new Decision(
          Ruling.HOLD,
          "fewer than %d probes: %s".formatted(leastProbes, String.join(", ", unmeasured)));
    }
    if (findings.isEmpty()) {
      return new Decision(Ruling.HOLD, "there is no probe to measure by");
    }
    List<String> open =
        findings.stream()
            .filter(finding -> !finding.isShown())
            .map(finding -> finding.text(skills) + finding.needed(skills))
            .toList();
    List<String> slipped = findings.stream().filter(Finding::slips).map(Finding::skill).toList();
    return open.isEmpty()
        ? new Decision(Ruling.PROMOTE, "every skill is within its budget" + answered, slipped)
        : new Decision(
            Ruling.HOLD, "not shown to be within the budget: " + String.join("; ", open));
  }

  /** Which skills were decided by answers; nothing where none was. */
  private String told(Map<String, JudgedAnswers> answers) {
    return new TreeMap<>(answers)
        .entrySet().stream()
            .filter(skill -> skill.getValue().tell(accuracy))
            .map(
                skill ->
                    "; by written answers %s: %d of %d right, %d of the last promoted version's"
                        .formatted(
                            skill.getKey(),
                            skill.getValue().right(),
                            skill.getValue().probes(),
                            skill.getValue().rightBefore()))
            .collect(Collectors.joining());
  }

  private static boolean isBroken(ProbeScores scores, String skill) {
    return scores.byProbe().values().stream()
        .anyMatch(score -> score.skill().equals(skill) && !Double.isFinite(score.nllSum()));
  }
}
