package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyDropTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  @Test
  void countsWhatWasAnsweredBothTimes() {
    AccuracyDrop drop =
        AccuracyDrop.of(
            Map.of("a", true, "b", true, "c", false, "d", true),
            Map.of("a", false, "b", true, "c", true, "e", false));
    assertThat(drop).isEqualTo(new AccuracyDrop(3, 1, 1));
    assertThat(drop.drop()).isZero();
    assertThat(new AccuracyDrop(8, 3, 1).drop()).isEqualTo(0.25);
  }

  /** The statistic of a budget of 0 is McNemar's; where no answer differs it has a closed form. */
  @Test
  void isKnownInTheSimpleCases() {
    assertThat(new AccuracyDrop(50, 9, 4).score(0)).isCloseTo(5 / Math.sqrt(13), within(1e-12));
    double score = new AccuracyDrop(100, 0, 0).score(0.05);
    assertThat(score).isCloseTo(-Math.sqrt(100 * 0.05 / 0.95), within(1e-12));
    assertThat(new AccuracyDrop(100, 0, 0).bound(-1.96))
        .isCloseTo(1.96 * 1.96 / (100 + 1.96 * 1.96), within(1e-6));
    assertThat(new AccuracyDrop(0, 0, 0).score(0.05)).isZero();
    assertThat(new AccuracyDrop(9, 0, 0).score(0)).isZero();
  }

  /** The share of won answers in the formula is the most likely one, found here by trying. */
  @ParameterizedTest
  @CsvSource({"40, 5, 2, 0.05", "40, 5, 2, -0.1", "200, 11, 14, 0.1", "60, 0, 3, 0.02"})
  void usesTheMostLikelyShare(int n, int lost, int won, double budget) {
    double best = Double.NaN;
    double highest = Double.NEGATIVE_INFINITY;
    for (double q = Math.max(0, -budget) + 1e-7; 2 * q + budget < 1; q += 1e-5) {
      double likelihood =
          lost * Math.log(q + budget)
              + (won == 0 ? 0 : won * Math.log(q))
              + (n - lost - won) * Math.log(1 - 2 * q - budget);
      if (likelihood > highest) {
        highest = likelihood;
        best = q;
      }
    }
    double expected = (lost - won - n * budget) / Math.sqrt(n * (2 * best + budget * (1 - budget)));
    assertThat(new AccuracyDrop(n, lost, won).score(budget)).isCloseTo(expected, within(1e-3));
  }

  @Test
  void theBoundsAreWhereTheStatisticIsThatFar() {
    AccuracyDrop drop = new AccuracyDrop(120, 9, 5);
    assertThat(drop.score(drop.bound(-1.96))).isCloseTo(-1.96, within(1e-6));
    assertThat(drop.score(drop.bound(1.96))).isCloseTo(1.96, within(1e-6));
    assertThat(drop.bound(1.96)).isLessThan(drop.drop());
    assertThat(drop.bound(-1.96)).isGreaterThan(drop.drop());
  }

  @Test
  void fewestIsWhereEqualAnswersBeginToShowSomething() {
    double z = Look.LAST.z();
    int fewest = AccuracyDrop.fewest(0.05, z);
    assertThat(fewest).isEqualTo(75);
    assertThat(new AccuracyDrop(fewest, 0, 0).score(0.05)).isLessThanOrEqualTo(-z);
    assertThat(new AccuracyDrop(fewest - 1, 0, 0).score(0.05)).isGreaterThan(-z);
    assertThat(new AccuracyDrop(500, 0, 0).probesNeeded(0.05, z, 1)).isEqualTo(75);
    assertThat(new AccuracyDrop(500, 15, 15).probesNeeded(0.05, z, 1)).isBetween(320L, 430L);
  }

  /** Both looks of equal halves together: the chance that either is that far off is 2.5 percent. */
  @Test
  void twoLooksShareOneLevel() {
    double first = Look.FIRST.z();
    double last = Look.LAST.z();
    double chance = NORMAL.survivalProbability(first);
    double step = 1e-3;
    for (double z = -8; z < first; z += step) {
      double middle = z + step / 2;
      // The second statistic is (z + a new one) / sqrt(2).
      chance +=
          NORMAL.density(middle) * step * NORMAL.survivalProbability(last * Math.sqrt(2) - middle);
    }
    assertThat(chance).isCloseTo(0.025, within(1e-4));
    assertThat(first).isCloseTo(2.797, within(2e-3));
  }
}
