package dev.alluvium.trainer.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.gate.Gate.Decision;
import dev.alluvium.trainer.gate.Gate.Ruling;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DivergenceCapTest {
  private static final Decision PROMOTE = new Decision(Ruling.PROMOTE, "fine", List.of("math"));
  private static final Decision HOLD = new Decision(Ruling.HOLD, "few probes");
  private static final Decision ROLLBACK = new Decision(Ruling.ROLLBACK, "worse");

  /** Student's t with 29 degrees of freedom: 2.045 errors at 2.5 %, 2.364 at 1.25 %. */
  @ParameterizedTest
  @CsvSource({
    "0.29, PROMOTE",
    "0.297, HOLD",
    "0.30, HOLD",
    "0.52, HOLD",
    "0.60, HOLD",
    "0.73, HOLD",
    "0.74, ROLLBACK",
    "NaN, HOLD"
  })
  void aSkillMustBeShownToBeWithinIt(double kl, Ruling ruling) {
    Map<String, PerplexityRise> moved = Map.of("code", gauged(0.01), "math", gauged(kl));
    assertThat(new DivergenceCap(0.5).over(PROMOTE, new TreeMap<>(moved)).ruling())
        .isEqualTo(ruling);
  }

  @Test
  void makesADecisionOnlyStricter() {
    DivergenceCap cap = new DivergenceCap(0.5);
    TreeMap<String, PerplexityRise> near = new TreeMap<>(Map.of("math", gauged(0.1)));
    TreeMap<String, PerplexityRise> far = new TreeMap<>(Map.of("math", gauged(2)));
    assertThat(cap.over(PROMOTE, near)).isSameAs(PROMOTE);
    assertThat(cap.over(HOLD, near)).isSameAs(HOLD);
    assertThat(cap.over(ROLLBACK, far)).isSameAs(ROLLBACK);
    assertThat(cap.over(HOLD, far).reason())
        .isEqualTo(
            "moved too far from the base model: math by 2.000 +- 0.1000 nats a token"
                + " (train.guard.mostDivergence 0.5)");
    assertThat(new DivergenceCap(0).over(PROMOTE, far)).isSameAs(PROMOTE);
  }

  @Test
  void aWindowMovesTooFarOnlyWhereThatIsCertain() {
    TreeMap<String, PerplexityRise> near = new TreeMap<>(Map.of("math", gauged(0.6)));
    TreeMap<String, PerplexityRise> far = new TreeMap<>(Map.of("math", gauged(2)));
    assertThat(new DivergenceCap(0.5).beyond(near)).isEmpty();
    assertThat(new DivergenceCap(0.5).beyond(new TreeMap<>())).isEmpty();
    assertThat(new DivergenceCap(0.5).beyond(far))
        .hasValueSatisfying(
            why -> assertThat(why).startsWith("moved too far from the base model: math by 2.000"));
    assertThat(new DivergenceCap(0).beyond(far)).isEmpty();
  }

  @Test
  void withoutATextToGaugeByNothingIsPromoted() {
    DivergenceCap cap = new DivergenceCap(0.5);
    assertThat(cap.over(PROMOTE, new TreeMap<>()).ruling()).isEqualTo(Ruling.HOLD);
    assertThat(cap.over(HOLD, new TreeMap<>())).isSameAs(HOLD);
  }

  private static PerplexityRise gauged(double kl) {
    return new PerplexityRise(30, kl, 0.1);
  }
}
