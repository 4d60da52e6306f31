package dev.alluvium.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far apart two answers are. */
class ContinuationTest {
  private static final Continuation ANSWER =
      new Continuation(
          List.of("a", "b"), List.of(Map.of("a", -0.1, "c", -2.5), Map.of("b", -0.5, "d", -1.0)));

  @Test
  void anAnswerDoesNotDifferFromItself() {
    assertThat(ANSWER.difference(ANSWER)).isZero();
  }

  @Test
  void theLargestDifferenceAtAnyPositionCountsWhicheverWayItGoes() {
    Continuation other =
        new Continuation(
            List.of("a", "b"), List.of(Map.of("a", -0.2, "c", -2.5), Map.of("b", -0.5, "d", -1.4)));

    assertThat(ANSWER.difference(other)).isCloseTo(0.4, within(1e-12));
    assertThat(other.difference(ANSWER)).isCloseTo(0.4, within(1e-12));
  }

  @Test
  void afterDifferentTokensNothingIsCompared() {
    Continuation other =
        new Continuation(
            List.of("c", "z"), List.of(Map.of("a", -0.1, "c", -2.5), Map.of("z", -0.01)));

    assertThat(ANSWER.difference(other)).isZero();
  }

  @Test
  void aTokenThatOnlyOneListsIsAtMostAsLikelyAsTheOthersLast() {
    Continuation other =
        new Continuation(
            List.of("e", "b"), List.of(Map.of("e", -0.3, "a", -1.5), Map.of("b", -0.5)));

    assertThat(ANSWER.difference(other)).isCloseTo(2.2, within(1e-12)); // e: -0.3 to below -2.5
  }
}
