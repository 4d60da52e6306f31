package dev.alluvium.trainer.gate;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The judged answers of one skill, against both anchors, on the same probes.
 *
 * @param right right answers of the weights in question
 * @param recent against the last promoted version
 * @param all against the base model
 * @param before the last promoted version against the base model
 * @param look how much has been looked at
 */
public record JudgedAnswers(
    int right, AccuracyDrop recent, AccuracyDrop all, AccuracyDrop before, Look look) {

  /**
   * Compares what all three answered of some probes; right is true.
   *
   * @param probes pair ids
   */
  public static JudgedAnswers of(
      Collection<String> probes,
      Map<String, Boolean> base,
      Map<String, Boolean> promoted,
      Map<String, Boolean> candidate,
      Look look) {
    Map<String, Boolean> answers = new TreeMap<>(candidate);
    answers.keySet().retainAll(probes);
    answers.keySet().retainAll(base.keySet());
    answers.keySet().retainAll(promoted.keySet());
    Map<String, Boolean> parent = new TreeMap<>(promoted);
    parent.keySet().retainAll(answers.keySet());
    return new JudgedAnswers(
        (int) answers.values().stream().filter(right -> right).count(),
        AccuracyDrop.of(parent, answers),
        AccuracyDrop.of(base, answers),
        AccuracyDrop.of(base, parent),
        look);
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
    return Math.max(right, rightBefore(recent)) > budgets.recent() * probes();
  }

  /** Probes that all three answered. */
  int probes() {
    return recent.probes();
  }

  /** Right answers of what a drop is measured against. */
  int rightBefore(AccuracyDrop drop) {
    return right + drop.lost() - drop.won();
  }
}
