package dev.alluvium.cli.suite.skill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitTest {
  @Test
  void operandsFallIntoTheSplitsByTheirShares() {
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    int n = 20_000;
    for (int i = 0; i < n; i++) {
      counts.merge(Split.of("add", "operands " + i), 1, Integer::sum);
    }
    // five standard deviations of a binomial count
    assertThat(counts.get(Split.BASE)).isBetween(n / 2 - 354, n / 2 + 354);
    assertThat(counts.get(Split.STREAM)).isBetween(n / 5 - 283, n / 5 + 283);
    assertThat(counts.get(Split.VALIDATION)).isBetween(3 * n / 20 - 253, 3 * n / 20 + 253);
    assertThat(counts.get(Split.PROBE)).isBetween(3 * n / 20 - 253, 3 * n / 20 + 253);
  }

  @Test
  void aSplitIsForEver() { // a model that was trained relies on it
    StringBuilder splits = new StringBuilder();
    for (int i = 10; i < 40; i++) {
      splits.append(Split.of("add", i + "+85").name().charAt(0));
    }
    assertThat(splits).hasToString("BVPBSSPBBBBVSBVSBBBPSPBBBBBPSB");
  }
}
