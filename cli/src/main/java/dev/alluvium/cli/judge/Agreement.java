package dev.alluvium.cli.judge;

import dev.alluvium.judges.Decision;
import dev.alluvium.judges.Verdict;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts verdicts, and how often they are what people said. */
final class Agreement {
  private final Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
  private int copies;
  private int labelled;
  private int agreed;

  void add(Verdict verdict, @Nullable Boolean label) {
    decisions.merge(verdict.decision(), 1, Integer::sum);
    copies += verdict.copyOfGold() ? 1 : 0;
    if (label != null) {
      labelled++;
      agreed += agrees(verdict, label) ? 1 : 0;
    }
  }

  /** An error agrees with nobody. */
  static boolean agrees(Verdict verdict, boolean label) {
    return verdict.decision() != Decision.ERROR && verdict.accepted() == label;
  }

  int count(Decision decision) {
    return decisions.getOrDefault(decision, 0);
  }

  int copies() {
    return copies;
  }

  int labelled() {
    return labelled;
  }

  int agreed() {
    return agreed;
  }

  /** Share of the labelled verdicts that agree; 0 when there are none. */
  double share() {
    return labelled == 0 ? 0 : agreed / (double) labelled;
  }
}
