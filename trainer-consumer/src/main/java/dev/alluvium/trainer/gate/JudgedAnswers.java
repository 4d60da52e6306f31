package dev.alluvium.trainer.gate;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The judged answers of one skill, against both anchors, on the same probes.
 *
 * @param right right answers of the weights in question
 * @param rightOfBase right answers of the base model
 * @param reference what they are held against in all
 * @param recent against the last promoted version
 * @param all against the reference
 * @param before the last promoted version against the reference
 * @param look how much has been looked at
 */
public record JudgedAnswers(
    int right,
    int rightOfBase,
    Reference reference,
    AccuracyDrop recent,
    AccuracyDrop all,
    AccuracyDrop before,
    Look look) {

  /**
   * Compares what all answered of some probes; right is true. In all they are held against the base
   * model or, where it answered more right, the best promoted version. A probe of which one has no
   * answer is left out.
   *
   * @param probes pair ids
   * @param best the best promoted version; null where only the base model counts
   */
  public static JudgedAnswers of(
      Collection<String> probes,
      Map<String, Boolean> base,
      @Nullable BestAnswers best,
      Map<String, Boolean> promoted,
      Map<String, Boolean> candidate,
      Look look) {
    Map<String, Boolean> answers = new TreeMap<>(candidate);
    answers.keySet().retainAll(probes);
    answers.keySet().retainAll(base.keySet());
    answers.keySet().retainAll(promoted.keySet());
    Map<String, Boolean> parent = within(promoted, answers);
    Map<String, Boolean> first = within(base, answers);
    Map<String, Boolean> all = first;
    Reference reference = new Reference("the base model's", 0, right(first), first.size());
    if (best != null) {
      Map<String, Boolean> known = within(best.answers(), answers);
      boolean more = AccuracyDrop.of(first, known).drop() < 0;
      all = more ? known : first;
      String whose = more ? best.version() + "'s, the best," : reference.whose();
      reference = new Reference(whose, best.among(), right(all), all.size());
    }
    return new JudgedAnswers(
        right(answers),
        right(first),
        reference,
        AccuracyDrop.of(parent, answers),
        AccuracyDrop.of(all, answers),
        AccuracyDrop.of(all, parent),
        look);
  }

  /**
   * What a skill's answers are held against in all.
   *
   * @param whose for a person
   * @param others how many it was chosen among, apart from itself
   * @param right its right answers
   * @param probes that it answered of those in question
   */
  record Reference(String whose, int others, int right, int probes) {
    /** A level for what is worse than this: each that it was chosen among has an equal share. */
    double share(double level) {
      return level / (1 + others);
    }
  }

  private static Map<String, Boolean> within(
      Map<String, Boolean> answers, Map<String, Boolean> others) {
    Map<String, Boolean> both = new TreeMap<>(answers);
    both.keySet().retainAll(others.keySet());
    return both;
  }

  private static int right(Map<String, Boolean> answers) {
    return (int) answers.values().stream().filter(right -> right).count();
  }

  /** Whether both drops are shown to be within their budgets. */
  boolean isWithin(Budgets budgets) {
    return recent.score(budgets.recent()) <= -look.z()
        && all.score(budgets.cumulative()) <= -look.z();
  }

  /**
   * Whether these can tell. Where the weights in question and the last promoted version both answer
   * so few right that all of it might be lost within the budget, they cannot.
   */
  boolean tell(Budgets budgets) {
    return Math.max(right, rightBefore()) > budgets.recent() * probes();
  }

  /** Probes that were compared. */
  int probes() {
    return recent.probes();
  }

  /** Right answers of the last promoted version. */
  int rightBefore() {
    return right + recent.lost() - recent.won();
  }
}
