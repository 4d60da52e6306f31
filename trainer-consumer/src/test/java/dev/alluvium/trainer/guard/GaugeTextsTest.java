package dev.alluvium.trainer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.alluvium.trainer.gate.ProbeScores;
import dev.alluvium.trainer.gate.ProbeScores.ProbeScore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GaugeTextsTest {
  @Test
  void comeBackWhereTheirProbesStayAndNowhereElse() {
    GaugeTexts saved = texts(Map.of("kept", 1.0));
    GaugeTexts drawn = texts(new TreeMap<>(Map.of("kept", 9.0, "late", 2.0, "poison", 3.0)));

    GaugeTexts merged = saved.with(drawn, Set.of("kept", "late", "unasked"));

    assertThat(merged).isEqualTo(texts(new TreeMap<>(Map.of("kept", 1.0, "late", 2.0))));
    assertThat(saved.with(drawn, Set.of())).isEqualTo(saved);
  }

  private static GaugeTexts texts(Map<String, Double> losses) {
    Map<String, ProbeScore> scores = new TreeMap<>();
    losses.forEach((pair, loss) -> scores.put(pair, new ProbeScore("math", loss, 2, false)));
    return new GaugeTexts(
        losses.keySet().stream()
            .map(pair -> new GaugeText(pair, "math", List.of(1, 2, 3), 1))
            .toList(),
        new ProbeScores(scores));
  }
}
