package dev.alluvium.trainer.bisect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.CloseReason;
import dev.alluvium.schemas.avro.Example;
import dev.alluvium.trainer.consume.Window;
import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import dev.alluvium.trainer.loop.Windows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static final double BUDGET = 0.05;
  private static final int TOKENS = 10;

  private final Curve curve = new Curve("math", scores(20, 20, 20, 20), BUDGET);

  @Test
  void aWindowIsWorseOnceTheRiseIsBeyondTheBudgetForCertain() {
    // 0.05 is the budget: ln 1.05 is 0.0488 a token, 0.488 a probe
    assertThat(after(scores(20.4, 20.5, 20.4, 20.5)).worse()).isFalse();
    assertThat(after(scores(20, 20, 20, 24)).worse()).as("one probe may be chance").isFalse();

    WindowEffect worse = after(scores(21, 21.1, 20.9, 21));
    assertThat(worse.worse()).isTrue();
    assertThat(worse.rise()).isCloseTo(0.1, within(1e-9));
    assertThat(worse.riseError()).isPositive();
    assertThat(worse.perplexity()).isCloseTo(Math.exp(2.1), within(1e-9));
    assertThat(curve.perplexity()).isCloseTo(Math.exp(2), within(1e-9));
  }

  @Test
  void aLossThatIsNoNumberIsWorse() {
    assertThat(after(scores(20, Double.NaN, 20, 20)).worse()).isTrue();
  }

  @Test
  void aSingleProbeIsTakenAtItsWord() {
    Curve single = new Curve("math", scores(20), BUDGET);
    assertThat(single.after(window(), List.of(), scores(20.4)).worse()).isFalse();
    WindowEffect worse = single.after(window(), List.of(), scores(20.6));
    assertThat(worse.worse()).isTrue();
    assertThat(worse.riseError()).isNaN();
  }

  @Test
  void examplesAreCountedAsFarAsTheyWereTrained() {
    WindowEffect effect = curve.after(window(), List.of(0), scores(20, 20, 20, 20));
    assertThat(effect.window()).isEqualTo(3);
    assertThat(effect.offset()).isEqualTo(70);
    assertThat(effect.examples()).isEqualTo(2);
    assertThat(effect.ofSkill()).isEqualTo(1);
  }

  @Test
  void theFirstWindowBeyondTheBudgetAndTheSteepestAreNotAlwaysTheSame() {
    Bisected slow = bisected(effect(1, 0.02, false), effect(2, 0.08, true), effect(3, 0.2, true));
    assertThat(slow.broke()).map(WindowEffect::window).contains(2L);
    assertThat(slow.steepest()).map(WindowEffect::window).contains(3L);

    Bisected better = bisected(effect(1, -0.1, false), effect(2, -0.3, false));
    assertThat(better.broke()).isEmpty();
    assertThat(better.steepest()).isEmpty();

    Bisected broken = bisected(effect(1, 0.5, true), effect(2, Double.NaN, true));
    assertThat(broken.steepest()).map(WindowEffect::window).contains(2L);
  }

  private WindowEffect after(ProbeScores scores) {
    return curve.after(window(), List.of(), scores);
  }

  private static Window window() {
    Example other = Example.newBuilder(Windows.example(3, 2)).setSkill("code").build();
    return new Window(
        Windows.open(3),
        List.of(Windows.example(3, 0), Windows.example(3, 1), other),
        Windows.close(3, 3, "d", CloseReason.COUNT),
        70,
        75);
  }

  private static ProbeScores scores(double... losses) {
    Map<String, ProbeScore> scores = new HashMap<>();
    for (int i = 0; i < losses.length; i++) {
      scores.put("p" + i, new ProbeScore("math", losses[i], TOKENS, false));
    }
    return new ProbeScores(scores);
  }

  private static Bisected bisected(WindowEffect... effects) {
    return new Bisected(4, BUDGET, 7, List.of(effects), true, List.of());
  }

  private static WindowEffect effect(long window, double rise, boolean worse) {
    return new WindowEffect(window, window * 10, 8, 8, 7, rise, 0.01, worse);
  }
}
