package dev.alluvium.trainer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.alluvium.schemas.avro.ProbeComparison;
import dev.alluvium.schemas.avro.ProbeResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransferTest {
  /** Probes whose loss is so much above the base model's, in nats per token. */
  private static ProbeComparison above(double base, double nats) {
    return new ProbeComparison(
        new ProbeResult(Math.exp(base), 0.0, 9, null, 0),
        new ProbeResult(Math.exp(base + nats), 0.0, 9, null, 0),
        null);
  }

  @Test
  void tellsWhatOneSkillDidToTheOthers() {
    Transfer first = Transfer.none().trained(List.of("math"));
    Map<String, ProbeComparison> afterMath =
        Map.of("math", above(2, -0.5), "code", above(3, -0.2), "poems", above(3, 0.1));
    Transfer one = first.measured(afterMath);
    assertThat(one.of("math", afterMath.get("math"))).isEqualTo(new Transfer.Of(null, 0.0));
    assertThat(one.of("code", afterMath.get("code")).forward()).isCloseTo(0.2, within(1e-12));
    assertThat(one.of("poems", afterMath.get("poems")).forward()).isCloseTo(-0.1, within(1e-12));

    // other probes of math, with another base: only the distance from the base counts
    Map<String, ProbeComparison> afterCode =
        Map.of("math", above(5, -0.1), "code", above(3, -0.9), "poems", above(3, 0.3));
    Transfer two = one.trained(List.of("code", "math")).measured(afterCode);
    assertThat(two.of("math", afterCode.get("math")).backward())
        .as("0.4 of the 0.5 nats are forgotten")
        .isCloseTo(-0.4, within(1e-12));
    assertThat(two.of("math", afterCode.get("math")).forward()).isNull();
    assertThat(two.of("code", afterCode.get("code"))).isEqualTo(new Transfer.Of(null, 0.0));
    assertThat(two.of("poems", afterCode.get("poems")).forward()).isCloseTo(-0.3, within(1e-12));
  }

  @Test
  void namesTheTrainedSkillsThatCannotBeMeasured() {
    Transfer trained = Transfer.none().trained(List.of("poetry", "math", "law"));
    assertThat(trained.unprobed(List.of("math", "code", "math"))).containsExactly("law", "poetry");
    assertThat(Transfer.none().unprobed(List.of("math"))).isEmpty();
  }

  @Test
  void aSkillIsLearntWhenItsProbesAreFirstMeasured() {
    Transfer unmeasured = Transfer.none().trained(List.of("math")).measured(Map.of());
    assertThat(unmeasured.of("math", above(2, -1))).isEqualTo(new Transfer.Of(null, null));
    assertThat(unmeasured.of("math", null)).isEqualTo(new Transfer.Of(null, null));
    assertThat(unmeasured.measured(Map.of("math", above(0, -1))).learnt())
        .containsExactly(Map.entry("math", -1.0));
  }
}
